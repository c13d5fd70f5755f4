"""What is said where a row's way through a model is explained."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "explain.own_network": Text(
        "The numbers of a row can be shown for networks that are plain chains of known layers. {name} isn't one: what "
        "its forward does between {layers} is your own code. Which columns matter can be measured for any model of a "
        "table: leave --row out.",
        "只有由已知的层组成的简单链才能逐个显示数值。{name} 不是这样的链：它的 forward 在 {layers} 之间做了什么由您自己的代码决定。"
        "表格模型都可以测量哪些列重要：请去掉 --row。",
    ),
    "explain.no_such_row": Text(
        "There is no row {row}: the data have {rows:row|rows}, counted from 1.",
        "没有第 {row} 行：数据共有 {rows:,} 行，从 1 数起。",
    ),
    "explain.truth_not_a_number": Text(
        "The model predicts the number {column}; what it should have been must be a finite number, found {value}.",
        "模型预测的是数值 {column}，正确答案也应是有限的数值，现在是 {value}。",
    ),
}
