"""What the documents say about the zoo, in both languages."""

# ruff: noqa: E501
from __future__ import annotations

WORDS = {
    "en": {
        "interval": " ({low:.1f}–{high:.1f})",
        "comma": ", ",
        "figures": "{ill} ill runs and {healthy} healthy ones ({native} trained by the native engine, {torch} by "
        "PyTorch). **{right} of the ill runs have their verdict first or second, and {accused} "
        "of the healthy ones are accused** (shares with 95% intervals).",
        "head": "| what is wrong | runs | right verdict first or second | what stood first |",
        "tried": "The rate that a verdict names after short trials ({count} runs) is off the one that a sweep of whole "
        "runs picks by a factor of {factor} in the middle case and {most} in the worst tenth; the loss at it is "
        "{lost} higher in the middle case, by what a constant answer has.",
        "estimated": "The rate that it names from the size of the steps alone ({count} runs) is off by a factor of "
        "{factor} in the middle case and {most} in the worst tenth; the loss at it is {lost} higher in the middle case.",
    },
    "zh": {
        "interval": "（{low:.1f}–{high:.1f}）",
        "comma": "、",
        "figures": "共 {ill} 次有问题的训练和 {healthy} 次正常的训练（{native} 次由原生引擎、{torch} 次由 PyTorch 训练）。"
        "**有问题的训练中，{right}在前两条里得到了正确的结论；正常的训练中，{accused}被误判**"
        "（比例附 95% 区间）。",
        "head": "| 问题 | 次数 | 正确结论在前两条之内 | 排在第一的结论 |",
        "tried": "经短暂试训给出的学习率（{count} 次）与完整扫描选出的相比，中位情形相差 {factor} 倍，最差的十分之一相差 "
        "{most} 倍以上；中位情形下，损失比扫描选出的高 {lost}（以常数回答的损失为单位）。",
        "estimated": "只凭步长估计的学习率（{count} 次），中位情形相差 {factor} 倍，最差的十分之一相差 {most} 倍以上；"
        "中位情形下，损失高 {lost}。",
    },
}
CHINESE = {
    "rate too low": "学习率过低",
    "rate too high": "学习率过高",
    "underfitting": "欠拟合",
    "overfitting": "过拟合",
    "too few epochs": "训练轮数太少",
    "batch too large": "批太大",
    "dead ReLUs": "ReLU 失活",
    "saturated": "单元饱和",
    "vanishing gradients": "梯度消失",
    "exploding gradients": "梯度爆炸",
    "plateau": "停在平台上",
    "no better than chance": "与目标无关的数据",
    "parts disagree": "验证与测试来源不同",
    "healthy": "正常",
}
