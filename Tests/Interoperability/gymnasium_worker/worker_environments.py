"""Environments with one property each, for the tests: spaces, masks, faults."""

import os
import sys
import time

import gymnasium as gym
import numpy as np
from gymnasium import spaces


def space_cases():
    """Observation spaces by name: every kind that can be flattened, alone and nested."""
    box, images = spaces.Box(-1, 1, (3,)), spaces.Box(0, 255, (4, 5, 3), np.uint8)
    return {
        "float32": box,
        "float64": spaces.Box(
            np.array([-np.inf, 0.1]), np.array([1e300, np.inf]), dtype=np.float64
        ),
        "integers": spaces.Box(-7, 9, (2, 3), np.int32),
        "bytes": spaces.Box(np.arange(6, dtype=np.uint8).reshape(2, 3), 200, (2, 3), np.uint8),
        "images": images,
        "number": spaces.Box(0, 1, ()),
        "discrete": spaces.Discrete(5),
        "started": spaces.Discrete(4, start=-2),
        "multi": spaces.MultiDiscrete([3, 2, 4]),
        "nested multi": spaces.MultiDiscrete(np.array([[3, 2], [4, 5]])),
        "started multi": spaces.MultiDiscrete([3, 4], start=[1, -1]),
        "binary": spaces.MultiBinary(6),
        "binary grid": spaces.MultiBinary([2, 3]),
        "dict": spaces.Dict({"z": box, "a": spaces.Discrete(3), "m": spaces.MultiBinary(2)}),
        "tuple": spaces.Tuple((spaces.Discrete(2, start=1), box, images)),
        "deep": spaces.Dict(
            {
                "outer": spaces.Dict({"inner": spaces.Tuple((box, spaces.MultiDiscrete([2, 3])))}),
                "0": spaces.Box(0, 9, (2,), np.int64),
            }
        ),
    }


def unsupported_spaces():
    """Observation spaces by the words their error must have."""
    text = spaces.Text(5)
    return {
        "observation: Text": text,
        'observation["log"]: Sequence has no fixed size': spaces.Dict(
            {"log": spaces.Sequence(spaces.Discrete(2))}
        ),
        'observation["a"][1]: Text': spaces.Dict({"a": spaces.Tuple((spaces.Discrete(2), text))}),
        "observation[0]: Graph": spaces.Tuple((spaces.Graph(spaces.Discrete(2), None),)),
        "observation: OneOf": spaces.OneOf((spaces.Discrete(2), spaces.Discrete(3))),
        "observation: a box of shape (0,)": spaces.Box(0, 1, (0,)),
        "empty Dict": spaces.Dict({"x": spaces.Dict({})}),
        "Odd cannot be made into numbers": Odd(),
    }


class Odd(spaces.Space):
    """A space of nobody's."""


def action_cases():
    """Action spaces by name."""
    return {
        "discrete": spaces.Discrete(5),
        "started": spaces.Discrete(4, start=-2),
        "multi": spaces.MultiDiscrete([3, 2, 4]),
        "nested multi": spaces.MultiDiscrete(np.array([[3, 2], [4, 5]])),
        "started multi": spaces.MultiDiscrete([3, 4], start=[1, -1]),
        "binary grid": spaces.MultiBinary([2, 3]),
        "float32": spaces.Box(-1, 1, (2, 3)),
        "float64": spaces.Box(-0.1, 0.1, (4,), np.float64),
        "tuple": spaces.Tuple((spaces.Discrete(3, start=1), spaces.MultiBinary(2))),
        "dict": spaces.Dict(
            {"z": spaces.Discrete(2), "a": spaces.Tuple((spaces.MultiDiscrete([2, 3]),))}
        ),
    }


def unsupported_actions():
    """Action spaces by the words their error must have."""
    box = spaces.Box(0, 1, (1,))
    return {
        "MultiDiscrete": spaces.Box(0, 5, (2,), np.int32),
        "images": spaces.Box(0, 255, (2,), np.uint8),
        'action["aim"]: a Box': spaces.Dict({"fire": spaces.Discrete(2), "aim": box}),
        "action[1][0]: a Box": spaces.Tuple((spaces.Discrete(2), spaces.Tuple((box,)))),
        "action: Text": spaces.Text(3),
    }


class Plain(gym.Env):
    """Ends after five steps; others change one thing."""

    observation_space = spaces.Box(-10, 10, (2,))
    action_space = spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.count = 0
        return self.observe(), self.info()

    def step(self, action):
        self.count += 1
        return self.observe(), self.reward(), *self.ends(), self.info()

    def observe(self):
        return np.array([self.count, 0], np.float32)

    def reward(self):
        return 1.0

    def ends(self):
        return self.count >= 5, False

    def info(self):
        return {}


class Sampled(Plain):
    """Observations are samples of a space, actions must lie in theirs."""

    def __init__(
        self, observation=None, action=None, cases="space_cases", action_cases="action_cases"
    ):
        if observation is not None:
            self.observation_space = globals()[cases]()[observation]
        if action is not None:
            self.action_space = globals()[action_cases]()[action]

    def reset(self, *, seed=None, options=None):
        self.armed = seed >= 1000
        self.observation_space.seed(seed)
        return super().reset(seed=seed)

    def observe(self):
        return self.observation_space.sample()

    def step(self, action):
        if not self.action_space.contains(action):
            raise AssertionError(f"{action!r} is not in {self.action_space}")
        if self.armed and self.count == 3:
            raise RuntimeError(f"heard {type(action).__name__} {action!r}")
        return super().step(action)


class Faulty(Plain):
    """Does one thing wrong when made, or with seeds of 1000 or more: at reset or the third step."""

    def __init__(self, fault, at=3):
        self.fault, self.at = fault, at
        if fault == "make":
            raise ValueError("cannot be made")
        if fault == "import":
            __import__("package_of_nobody")
        if fault == "package":
            raise ModuleNotFoundError("No module named 'mujoco'", name="mujoco")
        if fault == "advice":
            raise gym.error.DependencyNotInstalled(
                'no simulator, run `pip install "gymnasium[mujoco]"`'
            )
        if fault == "warn":
            gym.logger.warn("colours are out of date")

    def reset(self, *, seed=None, options=None):
        self.armed = seed >= 1000
        if self.armed and self.fault == "reset":
            raise ValueError("cannot be reset")
        return super().reset(seed=seed)

    def step(self, action):
        fault, due = self.fault, self.armed and self.count + 1 == self.at
        observation, reward, terminated, truncated, info = super().step(action)
        if due:
            if fault == "raise":
                return self.deep()
            if fault == "exit":
                sys.exit(3)
            if fault == "interrupt":
                raise KeyboardInterrupt
            if fault == "die":
                os._exit(9)
            if fault == "shape":
                observation = np.zeros(3, np.float32)
            if fault == "ragged":
                observation = [[1], [2, 3]]
            if fault == "text":
                observation = np.array(["a", "b"])
            if fault == "none":
                observation = None
            if fault == "nan":
                observation = np.array([np.nan, np.inf])
            if fault == "wide":
                observation = np.array([1e300, -1e300])
            if fault == "list":
                observation = [1, 2.5]
            if fault == "int reward":
                reward = 2
            if fault == "numpy reward":
                reward = np.array(2.5, np.float32)
            if fault == "huge reward":
                reward = 10**400
            if fault == "text reward":
                reward = "1.0"
            if fault == "list reward":
                reward = [1.0]
            if fault == "none reward":
                reward = None
            if fault == "array reward":
                reward = np.array([1.0])
            if fault == "numpy ends":
                terminated, truncated = np.bool_(False), np.bool_(True)
            if fault == "array ends":
                terminated = np.array(True)
            if fault == "both ends":
                terminated = truncated = True
            if fault == "none ends":
                terminated = None
            if fault == "number ends":
                truncated = 1.0
            if fault == "four":
                return observation, reward, terminated, info
            if fault == "nothing":
                return None
            if fault == "print":
                print("x" * 3_000_000)
                os.write(2, b"y" * 3_000_000)
            if fault == "loop":
                while True:
                    pass
            if fault == "sleep":
                time.sleep(1000)
            if fault == "nap":
                time.sleep(0.5)
            if fault == "hold":
                # One call that never lets another thread of Python run.
                sum(range(10**12))
        return observation, reward, terminated, truncated, info

    def deep(self):
        raise ValueError("the wheel came off")


class Integers(Plain):
    """Says integers, gives what it is told."""

    observation_space = spaces.Box(0, 9, (2,), np.int64)

    def __init__(self, kind):
        self.kind = kind

    def observe(self):
        return np.ones(2, self.kind if getattr(self, "count", 0) == 2 else np.int64)


class Masked(Plain):
    """Allows actions by where the mask comes from; every count of steps has another."""

    def __init__(self, source, fault=None, multi=False):
        self.source, self.fault = source, fault
        if multi:
            self.action_space = spaces.MultiDiscrete([3, 2])
        self.multi = multi
        if source == "alone":
            self.observation_space = spaces.Dict(
                {"observation": Plain.observation_space, "action_mask": spaces.MultiBinary(3)}
            )
        if source == "beside":
            self.observation_space = spaces.Dict(
                {
                    "speed": spaces.Box(0, 10, (1,)),
                    "action_mask": spaces.Box(0, 1, (3,), np.int8),
                    "gear": spaces.Discrete(6),
                }
            )
        if fault == "width":
            self.observation_space = spaces.Dict(
                {"observation": Plain.observation_space, "action_mask": spaces.MultiBinary(4)}
            )

    def mask(self):
        if self.fault == "short" and self.count == 2:
            return np.ones(2, np.int8)
        if self.fault == "later" and self.count == 2:
            return None
        mask = np.array([self.count % 2, 1, (self.count + 1) % 2], np.int8)
        return (mask, np.array([True, False])) if self.multi else mask

    def observe(self):
        if self.source == "alone":
            return {"observation": super().observe(), "action_mask": self.mask()}
        if self.source == "beside":
            return {
                "speed": np.array([self.count], np.float32),
                "action_mask": self.mask(),
                "gear": self.count,
            }
        return super().observe()

    def info(self):
        if self.source != "info" or (self.fault == "final" and self.count == 5):
            return {}
        mask = self.mask()
        return {} if mask is None else {"action_mask": mask}


class MaskedByMethod(Masked):
    """Has sb3-contrib's method."""

    def __init__(self):
        super().__init__("method")

    def action_masks(self):
        return [bool(value) for value in self.mask()]


class Wrong(Plain):
    """Leaves its space or leaves no choice, after some steps."""

    def __init__(self, kind):
        self.kind = kind

    def observe(self):
        return super().observe() * (5 if self.kind == "outside" else 1)

    def reward(self):
        return np.nan if self.kind == "reward" and self.count == 3 else 1.0

    def info(self):
        return {"action_mask": np.full(3, self.count != 3, np.int8)} if self.kind == "mask" else {}


class Old:
    """No subclass of Gymnasium's; its reset or step is of the old package gym."""

    observation_space, action_space = Plain.observation_space, Plain.action_space

    def __init__(self, old=None):
        self.old, self.inner = old, Plain()

    def reset(self, seed=None):
        observation, info = self.inner.reset(seed=seed)
        return observation if self.old == "reset" else (observation, info)

    def step(self, action):
        observation, reward, terminated, truncated, info = self.inner.step(action)
        if self.old == "raise" and self.inner.count == 4:
            raise ValueError("at the fourth step")
        if self.old == "step":
            return observation, reward, terminated, info
        return observation, reward, terminated, truncated, info

    def close(self):
        pass


class Vector(gym.vector.VectorEnv):
    """Exists only as a vector. Counts steps; ends after four."""

    single_observation_space = spaces.Box(-1e6, 1e6, (2,))
    single_action_space = spaces.Discrete(2)

    def __init__(self, num_envs=1, mode="NEXT_STEP", **options):
        self.num_envs = num_envs
        # Gymnasium 1.0 knows no modes.
        if hasattr(gym.vector, "AutoresetMode"):
            mode = gym.vector.AutoresetMode[mode]
        self.metadata = {"autoreset_mode": mode}

    def reset(self, *, seed=None, options=None):
        self.counts = np.zeros(self.num_envs, int)
        self.seed = seed
        return self.observe(), {}

    def observe(self):
        return np.stack([np.full(self.num_envs, self.seed or 0), self.counts], 1).astype(np.float32)

    def step(self, actions):
        self.counts += 1
        over, info, mode = self.counts >= 4, {}, self.metadata["autoreset_mode"]
        if getattr(mode, "name", mode) == "SAME_STEP" and over.any():
            info = {"final_obs": np.array([row for row in self.observe()] + [None], object)[:-1]}
            self.counts[over] = 0
        return self.observe(), actions.astype(np.float64), over, np.zeros_like(over), info


gym.register("rein-tests/Plain-v0", entry_point=Plain)
gym.register("rein-tests/Faulty-v0", entry_point=Faulty)
gym.register("rein-tests/Vector-v0", vector_entry_point=Vector)


def make_wrapped_mask():
    """The method lies below a wrapper."""
    return gym.wrappers.TimeLimit(MaskedByMethod(), 100)


def make_vector():
    """Not an environment for a lane."""
    return gym.vector.SyncVectorEnv([Plain])


def make_nothing():
    """Not an environment at all."""
    return object()


one = Plain()


def make_one():
    """The same environment for everybody."""
    return one


def make_other():
    """Another space every time."""
    made.append(Plain())
    made[-1].action_space = spaces.Discrete(2 + len(made))
    return made[-1]


made = []
not_callable = 5
