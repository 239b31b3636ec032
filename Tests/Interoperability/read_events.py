"""Reads an event file with TensorBoard's own reader, and compares it with what is expected.

    read_events.py FOLDER EXPECTED.json

EXPECTED has "scalars" (tag -> [[step, value]]), "histograms" (tag -> [[step, count, sum]]) and "hparams"
(name -> value). Exits with 1 and a message when something differs.
"""
import glob
import json
import os
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.plugins.hparams import plugin_data_pb2

folder, expected = sys.argv[1], json.load(open(sys.argv[2]))
events = EventAccumulator(folder, size_guidance={"scalars": 0, "histograms": 0})
events.Reload()
tags = events.Tags()


def check(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found}, expected {wanted}")


check("tags of scalars", sorted(tags["scalars"]), sorted(expected["scalars"]))
for tag, wanted in expected["scalars"].items():
    check(tag, [[event.step, event.value] for event in events.Scalars(tag)], [[s, float(v)] for s, v in wanted])
check("tags of histograms", sorted(tags["histograms"]), sorted(expected["histograms"]))
for tag, wanted in expected["histograms"].items():
    found = [[e.step, e.histogram_value.num, e.histogram_value.sum] for e in events.Histograms(tag)]
    check(tag, found, wanted)

hparams, status = {}, None
for path in sorted(glob.glob(os.path.join(folder, "events.*"))):
    for event in EventFileLoader(path).Load():
        for value in event.summary.value:
            if value.metadata.plugin_data.plugin_name == "hparams":
                data = plugin_data_pb2.HParamsPluginData.FromString(value.metadata.plugin_data.content)
                if data.HasField("session_start_info"):
                    for name, entry in data.session_start_info.hparams.items():
                        hparams[name] = getattr(entry, entry.WhichOneof("kind"))
                if data.HasField("session_end_info"):
                    status = data.session_end_info.status
check("hyperparameters", hparams, expected["hparams"])
check("status", status, 1 if hparams else None)
