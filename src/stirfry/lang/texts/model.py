"""What is said about model files and predictions."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "model.missing": Text(
        "There is no file {path}. A run writes its model to runs/NAME-001/model.safetensors; give that path.",
        "没有文件 {path}。训练会把模型写到 runs/名称-001/model.safetensors，请给出这个路径。",
    ),
    "model.unreadable": Text("{path} can't be read: {reason}.", "无法读取 {path}：{reason}。"),
    "model.not_safetensors": Text(
        "{path} is not a model file: it doesn't begin with a safetensors header ({size:,} bytes). "
        "Give the model.safetensors of a run; if it is one, it was cut or damaged: take a copy, or train again.",
        "{path} 不是模型文件：开头不是 safetensors 文件头（共 {size:,} 字节）。请给出某次运行的 model.safetensors；"
        "如果它本来就是，则文件已被截断或损坏，请使用备份或重新训练。",
    ),
    "model.other_kind": Text(
        "{path} is a safetensors file, but not a stirfry {kind}: its metadata don't say so. "
        "Give the model.safetensors of a run.",
        "{path} 是 safetensors 文件，但不是 stirfry 的 {kind} 文件：元数据中没有相应标记。请给出某次运行的 model.safetensors。",
    ),
    "model.newer": Text(
        "{path} was written by a newer stirfry (format {found}); this one reads up to format {known}. "
        "Update with: pip install -U stirfry",
        "{path} 由更新版本的 stirfry 写成（格式 {found}），当前版本最高只能读格式 {known}。请升级：pip install -U stirfry",
    ),
    "model.damaged": Text(
        "{path} is damaged or was altered: what it holds doesn't match its checksum. Take a copy, or train again.",
        "{path} 已损坏或被改动：内容与校验和不符。请使用备份或重新训练。",
    ),
    "model.wrong_tensors": Text(
        "{path} is damaged or was altered: its tensors are not those of its network ({names}). "
        "Take a copy, or train again.",
        "{path} 已损坏或被改动：张量与其网络不符（{names}）。请使用备份或重新训练。",
    ),
    "model.no_classes": Text(
        "predict_proba is for classes; this model predicts numbers. Use predict.",
        "predict_proba 只用于分类，而这个模型预测的是数值。请使用 predict。",
    ),
    "model.no_labels": Text(
        "Evaluation needs labels, and these images have none. Put them into one subfolder for each class.",
        "评估需要标签，但这些图像没有标签。请按类别把它们放进各自的子文件夹。",
    ),
    "model.wants_images": Text(
        "This model takes images; found a table. Give a folder of images, IDX files or an array of pixels.",
        "这个模型的输入是图像，现在给的是表格。请给出图像文件夹、IDX 文件或像素数组。",
    ),
    "model.wants_table": Text(
        "This model takes a table with the columns {names}; found images. Give a CSV file, a DataFrame or a dict.",
        "这个模型的输入是含有 {names} 列的表格，现在给的是图像。请给出 CSV 文件、DataFrame 或字典。",
    ),
    "model.trained_on": Text(
        "These are the very data that the model was trained with: it has learned from most of them, so the scores are too "
        "good. Those of its test part, which it never learned from, are in the run's report and run.json.",
        "这正是训练时用的那份数据：其中大部分模型已经学过，所以分数偏高。没有参与学习的测试部分的分数，见该运行的报告和 run.json。",
    ),
    "model.no_rows": Text(
        "There are no rows to predict in this data. Give at least one.",
        "数据中没有可预测的行。请至少给出一行。",
    ),
    "model.plain_images": Text(
        "A predictor takes rows of numbers; this model takes images. Use predict.",
        "predictor 的输入是一行行数值，而这个模型的输入是图像。请使用 predict。",
    ),
    "model.plain_columns": Text(
        "A predictor takes numbers that are always there; left over: {names}: a category, a date, or with gaps in "
        "training. Use predict.",
        "predictor 只接受没有缺失的数值；{names} 是类别、日期，或训练时有缺失。请使用 predict。",
    ),
    "model.plain_shape": Text(
        "Rows have the shape (D,) or (N, D), where D is {columns}, for {names} in this order; found {shape}.",
        "输入的形状应为 (D,) 或 (N, D)，其中 D 为 {columns}，依次是 {names}；实际为 {shape}。",
    ),
    "model.plain_numbers": Text(
        "A predictor takes rows of numbers alone, {columns:number|numbers} each, for {names} in this order ({fault}). For "
        "anything else use predict.",
        "predictor 只接受纯数值的行，每行 {columns:,} 个数，依次是 {names}（{fault}）。其他输入请使用 predict。",
    ),
    "model.plain_gap": Text(
        "A row holds a number that is missing (NaN), or so large that the network's outputs aren't finite. "
        "A predictor fills no gaps; use predict.",
        "某一行有缺失的数值（NaN），或者数值大到网络的输出不再是有限数。predictor 不填补缺失，请使用 predict。",
    ),
}
