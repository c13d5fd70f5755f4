"""What is said about scores."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "judge.not_finite": Text(
        "predictions must be finite to be scored; {rows:,} of {total:,} are infinite or not a number. "
        "Scale the inputs, or look for extreme values in them.",
        "只有有限的预测值才能评分；{total:,} 个预测中有 {rows:,} 个是无穷大或非数值。请对输入做缩放，或检查其中的极端值。",
    ),
    "judge.accuracy": Text("accuracy", "准确率"),
    "judge.balanced_accuracy": Text("balanced accuracy", "平衡准确率"),
    "judge.macro_f1": Text("macro F1", "宏平均 F1"),
    "judge.roc_auc": Text("ROC AUC", "ROC AUC"),
    "judge.log_loss": Text("log loss", "对数损失"),
    "judge.rmse": Text("RMSE", "RMSE"),
    "judge.mae": Text("MAE", "MAE"),
    "judge.r2": Text("R²", "R²"),
    "judge.part.train": Text("training", "训练"),
    "judge.part.validation": Text("validation", "验证"),
    "judge.part.test": Text("test", "测试"),
    "judge.wilson": Text("Wilson", "Wilson 区间"),
    "judge.bootstrap": Text("bootstrap", "自助法"),
    "judge.methods_of_classes": Text(
        "Intervals: ʷ Wilson, the others bootstrap. Baseline: always saying the training part's commonest class.",
        "区间：ʷ 为 Wilson 法，其余为自助法。基线：总是回答训练部分最常见的类别。",
    ),
    "judge.methods_of_regression": Text(
        "Intervals: bootstrap. Baseline: always saying the training part's mean.",
        "区间：自助法。基线：总是回答训练部分的平均值。",
    ),
    "judge.baseline_majority": Text(
        "always the commonest class of the training part", "始终预测训练部分中最常见的类别"
    ),
    "judge.baseline_mean": Text("always the mean of the training part", "始终预测训练部分的平均值"),
}
