"""Recordings of a lane's episodes: videos, or pictures that need no further package."""

from __future__ import annotations

import pathlib
import struct
import warnings
import zlib
from typing import Any, Optional

import numpy as np

from rein_worker.errors import Fault, UseFault


def start(host: Any, directory: str, form: str) -> Recording:
    """Has the first lane's episodes recorded into a directory, as `video` or `frames`."""
    if form not in ("video", "frames"):
        raise UseFault(f"record: {form!r}; video or frames")
    if not hasattr(host, "environments"):
        raise UseFault("EnvPool's environments are not recorded; take gymnasium's")
    environment = host.first()
    mode = getattr(environment, "render_mode", None)
    if mode != "rgb_array":
        raise UseFault(f"{host.factory.id} has no render_mode rgb_array (it has {mode!r})")
    pathlib.Path(directory).mkdir(parents=True, exist_ok=True)
    if form == "video" and not host.several:
        return GymnasiumVideo(host, directory)
    sink = Video(directory, environment) if form == "video" else Pictures(directory)
    return Recording(host, Recorded(environment, sink), sink)


class Recording:
    """A recorder around the first environment, until `stop`."""

    def __init__(self, host: Any, recorder: Any, sink: Any) -> None:
        self.host, self.sink = host, sink
        self.inner = host.environments[0]
        host.environments[0] = recorder

    def stop(self) -> None:
        """Finishes the last file, and gives the environment back."""
        self.host.environments[0] = self.inner
        self.sink.finish()


class GymnasiumVideo(Recording):
    """Gymnasium's own RecordVideo, for every episode. Needs moviepy."""

    def __init__(self, host: Any, directory: str) -> None:
        from gymnasium.error import DependencyNotInstalled
        from gymnasium.wrappers import RecordVideo
        with warnings.catch_warnings():
            # It warns of files of earlier recordings in the directory.
            warnings.simplefilter("ignore")
            try:
                recorder = RecordVideo(
                    host.environments[0], directory, episode_trigger=lambda _: True,
                    name_prefix="episode", disable_logger=True)
            except DependencyNotInstalled as error:
                raise without_moviepy() from error
        super().__init__(host, recorder, None)
        self.recorder = recorder
        # It counts from the number before the first episode's.
        recorder.episode_id = videos_in(directory) - 1

    def stop(self) -> None:
        self.host.environments[0] = self.inner
        # The episode that has only begun is no recording.
        if self.recorder.recording and len(self.recorder.recorded_frames) > 1:
            self.recorder.stop_recording()
        self.recorder.recording, self.recorder.recorded_frames = False, []


class Recorded:
    """An environment of any kind whose pictures go to a sink after every reset and step."""

    def __init__(self, environment: Any, sink: Any) -> None:
        self.environment, self.sink = environment, sink

    def __getattr__(self, name: str) -> Any:
        return getattr(self.environment, name)

    def reset(self, **options: Any) -> Any:
        result = self.environment.reset(**options)
        self.sink.begin(self.picture())
        return result

    def step(self, action: Any) -> Any:
        result = self.environment.step(action)
        self.sink.add(self.picture())
        return result

    def picture(self) -> np.ndarray:
        """The environment's picture as bytes, `[height, width, channels]`."""
        picture = np.asarray(self.environment.render())
        if picture.ndim not in (2, 3) or picture.dtype != np.uint8:
            raise Fault(f"render gave {picture.dtype} of shape {picture.shape}, not a picture")
        return picture


class Pictures:
    """PNG files, `episode-0000/frame-000000.png`. An episode without a step leaves none."""

    def __init__(self, directory: str) -> None:
        self.directory = pathlib.Path(directory)
        # Recordings that follow one another, as those of an evaluation do, count on.
        self.episode, self.frame = len(list(self.directory.glob("episode-*"))), 0
        self.first: Optional[np.ndarray] = None

    def begin(self, picture: np.ndarray) -> None:
        self.episode += 1 if self.frame else 0
        self.frame, self.first = 0, picture

    def add(self, picture: np.ndarray) -> None:
        if self.first is not None:
            first, self.first = self.first, None
            self.add(first)
        folder = self.directory / f"episode-{self.episode:04}"
        folder.mkdir(exist_ok=True)
        (folder / f"frame-{self.frame:06}.png").write_bytes(png(picture))
        self.frame += 1

    def finish(self) -> None:
        self.first = None


class Video:
    """One video for each episode, made by moviepy as Gymnasium's recorder makes them."""

    def __init__(self, directory: str, environment: Any) -> None:
        try:
            from moviepy import ImageSequenceClip
        except ImportError:
            try:
                from moviepy.video.io.ImageSequenceClip import ImageSequenceClip
            except ImportError as error:
                raise without_moviepy() from error
        self.clip = ImageSequenceClip
        self.directory = pathlib.Path(directory)
        self.rate = environment.metadata.get("render_fps", 30)
        self.episode = videos_in(directory)
        self.pictures: list[np.ndarray] = []

    def begin(self, picture: np.ndarray) -> None:
        self.finish()
        self.pictures = [picture]

    def add(self, picture: np.ndarray) -> None:
        self.pictures.append(picture)

    def finish(self) -> None:
        if len(self.pictures) > 1:
            path = self.directory / f"episode-episode-{self.episode}.mp4"
            self.clip(self.pictures, fps=self.rate).write_videofile(str(path), logger=None)
            self.episode += 1
        self.pictures = []


def videos_in(directory: str) -> int:
    """The number of episodes that were recorded before."""
    return len(list(pathlib.Path(directory).glob("episode-*.mp4")))


def without_moviepy() -> UseFault:
    """Why there can be no video, and what installs it."""
    return UseFault("moviepy is not installed, which makes videos", ["moviepy"])


def png(picture: np.ndarray) -> bytes:
    """A picture in the form of PNG: grey, RGB or RGBA, eight bits each, rows unfiltered."""
    height, width = picture.shape[:2]
    channels = 1 if picture.ndim == 2 else picture.shape[2]
    kinds = {1: 0, 2: 4, 3: 2, 4: 6}
    if channels not in kinds:
        raise Fault(f"render gave a picture of {channels} channels")
    lines = np.zeros((height, 1 + width * channels), np.uint8)
    lines[:, 1:] = picture.reshape(height, -1)

    def chunk(kind: bytes, data: bytes) -> bytes:
        sum_of = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum_of)

    header = struct.pack(">IIBBBBB", width, height, 8, kinds[channels], 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(lines.tobytes(), 3)) + chunk(b"IEND", b""))
