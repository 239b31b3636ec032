"""Opens the folder of an experiment with Ray Tune, pandas and TensorBoard, and writes down what they say.

    read_experiment.py FOLDER METRIC OUT.json

Needs requirements-ray-tune.txt. What raises an error is told by its text, beginning with "FAILS"; numbers that are not
finite are the texts "nan", "inf" and "-inf".
"""
import glob
import json
import logging
import math
import os
import sys

import pandas
from ray.train import Result
from ray.tune import ExperimentAnalysis
from ray.tune.result_grid import ResultGrid
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.plugins.hparams import plugin_data_pb2

logging.disable(logging.CRITICAL)
folder, metric, output = sys.argv[1:]


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def attempt(ask):
    try:
        return plain(ask())
    except Exception as error:
        return f"FAILS {type(error).__name__}: {error}"


def checkpoint(found):
    return found and [found.path, os.path.isdir(found.path)]


def hyperparameters(place):
    values, status = {}, []
    for path in sorted(glob.glob(os.path.join(glob.escape(place), "events.*"))):
        for event in EventFileLoader(path).Load():
            for value in event.summary.value:
                if value.metadata.plugin_data.plugin_name == "hparams":
                    data = plugin_data_pb2.HParamsPluginData.FromString(value.metadata.plugin_data.content)
                    for name, entry in data.session_start_info.hparams.items():
                        values[name] = getattr(entry, entry.WhichOneof("kind"))
                    if data.HasField("session_end_info"):
                        status.append(data.session_end_info.status)
    return {"values": values, "status": status}


def scalars(place):
    events = EventAccumulator(place, size_guidance={"scalars": 0})
    events.Reload()
    return {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


def table(frame):
    return {"rows": len(frame), "columns": sorted(map(str, frame.columns))}


def alone(place):
    result = Result.from_path(place)
    best = result.best_checkpoints or []
    return [len(result.metrics_dataframe), [[os.path.basename(c.path), m.get(metric)] for c, m in best]]


analysis = ExperimentAnalysis(folder)
grid = ResultGrid(analysis)
found = {"trials": []}
for trial, result in zip(analysis.trials, grid):
    frame = analysis.trial_dataframes[trial.trial_id]
    place = trial.storage.trial_fs_path
    found["trials"].append({
        "id": trial.trial_id, "status": trial.status, "tag": trial.experiment_tag, "config": plain(trial.config),
        "searched": plain(trial.evaluated_params), "path": result.path, "error": result.error,
        "last": plain(result.metrics), "resultConfig": plain(result.config),
        "checkpoint": checkpoint(result.checkpoint),
        "best": [checkpoint(one) + [plain(metrics)] for one, metrics in result.best_checkpoints],
        "bestByMetric": attempt(lambda: checkpoint(analysis.get_best_checkpoint(trial, metric, "max"))),
        "analysis": plain(trial.metric_analysis),
        "frame": table(frame), "metric": attempt(lambda: frame[metric].tolist()),
        "csv": attempt(lambda: table(pandas.read_csv(f"{place}/progress.csv"))),
        "csvMetric": attempt(lambda: pandas.read_csv(f"{place}/progress.csv")[metric].tolist()),
        "json": attempt(lambda: table(pandas.read_json(f"{place}/result.json", lines=True))),
        "alone": attempt(lambda: alone(place)),
        "hparams": attempt(lambda: hyperparameters(place)), "scalars": attempt(lambda: scalars(place)),
    })
scopes = ["last", "avg", "last-5-avg", "last-10-avg", "all"]
for mode in ["max", "min"]:
    found[mode] = [attempt(lambda: grid.get_best_result(metric, mode, s).metrics["trial_id"]) for s in scopes]
found["bestConfig"] = attempt(lambda: analysis.get_best_config(metric, "max", "all"))
found["dataframe"] = attempt(lambda: table(grid.get_dataframe()))
found["dataframeBest"] = attempt(lambda: grid.get_dataframe(metric, "max")["training_iteration"].tolist())
found["resultsFrame"] = attempt(lambda: table(analysis.results_df))
found["errors"], found["terminated"] = grid.num_errors, grid.num_terminated
with open(output, "w") as file:
    json.dump(found, file, indent=1)
