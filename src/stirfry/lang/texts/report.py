"""What stands in pictures and is said about them."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "report.missing_extra": Text(
        "Pictures are drawn by {package}, which isn't installed. Install it with: pip install 'stirfry[{extra}]'",
        "绘制图片需要 {package}，但尚未安装。请运行：pip install 'stirfry[{extra}]'",
    ),
    "report.loss": Text("loss", "损失"),
    "report.log_scale": Text("{measure}, log scale", "{measure}（对数刻度）"),
    "report.accuracy": Text("accuracy", "准确率"),
    "report.r2": Text("R²", "R²"),
    "report.epoch": Text("epoch", "轮次"),
    "report.train": Text("train", "训练"),
    "report.validation": Text("validation", "验证"),
    "report.test": Text("test", "测试"),
    "report.best_epoch": Text("best epoch: {epoch:,}", "最佳轮次：{epoch:,}"),
    "report.kept_epoch": Text("kept epoch: {epoch:,}", "保留轮次：{epoch:,}"),
    "report.validation_loss": Text("validation loss", "验证损失"),
    "report.final": Text("final loss", "最终损失"),
    "report.lowest": Text("lowest loss", "最低损失"),
    "report.rate": Text("learning rate", "学习率"),
    "report.hidden": Text("hidden layers", "隐藏层"),
    "report.diverged": Text("diverged", "发散"),
    "report.chosen": Text("chosen: {rate}", "选中：{rate}"),
    "report.below_view": Text("not shown: down to {lowest}", "未显示：最低为 {lowest}"),
}
