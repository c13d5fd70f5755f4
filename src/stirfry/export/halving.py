"""Products in bfloat16 as lines of PyTorch: as its own autocast makes them, or as the native engine does."""

from __future__ import annotations

from stirfry.export.lines import remark
from stirfry.export.told import Told


def rounds_factors(told: Told) -> bool:
    """Whether the run rounded the factors of products and nothing else, as the native engine does."""
    return told.precision == "bfloat16" and told.engine == "native"


def autocasts(told: Told) -> bool:
    """Whether the run was computed under PyTorch's autocast."""
    return told.precision == "bfloat16" and told.engine != "native"


def linear_lines() -> list[str]:
    """Return the lines of a Linear layer whose products have factors in bfloat16 where it learns.

    Which layers sum their weights' gradients in float32 is said in native/src/layout.hpp.
    """
    return [
        f"# {remark('export.say_halved')}",
        "def rounded(x):",
        "    return x.bfloat16().float()",
        "",
        "",
        "class Product(torch.autograd.Function):",
        "    @staticmethod",
        "    def forward(ctx, x, weight, small):",
        "        ctx.save_for_backward(x, weight)",
        "        ctx.small = small",
        "        return rounded(x) @ rounded(weight).T",
        "",
        "    @staticmethod",
        "    def backward(ctx, slope):",
        "        x, weight = ctx.saved_tensors",
        "        by_weight = slope.T @ x if ctx.small else rounded(slope).T @ rounded(x)",
        "        return rounded(slope) @ rounded(weight), by_weight, None",
        "",
        "",
        "class Linear(nn.Linear):",
        "    def forward(self, x):",
        "        if not torch.is_grad_enabled():",
        "            return super().forward(x)",
        "        small = self.in_features < 64 and sum(p.numel() for p in self.parameters()) <= 16_384",
        "        outputs = Product.apply(x, self.weight, small)",
        "        return outputs if self.bias is None else outputs + self.bias",
        "",
        "",
    ]
