"""What the doctor says of a machine."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    # Labels.
    "doctor.stirfry": Text("stirfry", "stirfry"),
    "doctor.python": Text("Python", "Python"),
    "doctor.system": Text("system", "操作系统"),
    "doctor.native": Text("native engine", "原生引擎"),
    "doctor.dropout": Text("dropout", "dropout"),
    "doctor.torch": Text("PyTorch", "PyTorch"),
    "doctor.driver": Text("NVIDIA driver", "NVIDIA 驱动"),
    "doctor.gpus": Text("graphics cards", "显卡"),
    "doctor.gpu": Text("GPU {number}", "GPU {number}"),
    "doctor.amd": Text("AMD GPU", "AMD GPU"),
    "doctor.cudnn": Text("cuDNN", "cuDNN"),
    "doctor.rocm": Text("AMD ROCm", "AMD ROCm"),
    "doctor.mps": Text("Apple MPS", "Apple MPS"),
    "doctor.processor": Text("processor", "处理器"),
    "doctor.extensions": Text("vector extensions", "向量指令集"),
    "doctor.cores": Text("cores", "核心"),
    "doctor.threads": Text("threads", "线程"),
    "doctor.memory": Text("memory", "内存"),
    # Values.
    "doctor.plain": Text("{value}", "{value}"),
    "doctor.comma": Text(", ", "，"),
    "doctor.environment_venv": Text("virtual environment", "虚拟环境"),
    "doctor.environment_conda": Text("conda environment", "conda 环境"),
    "doctor.environment_system": Text("no virtual environment", "非虚拟环境"),
    "doctor.not_installed": Text(
        "not installed; pip install 'stirfry[{extra}]' adds it",
        "未安装；可用 pip install 'stirfry[{extra}]' 安装",
    ),
    "doctor.bfloat16": Text("bfloat16", "bfloat16"),
    "doctor.bfloat16_used": Text(
        "{gain} times as fast as float32, so convolutional networks on PyTorch use it (--precision auto)",
        "速度是 float32 的 {gain} 倍，PyTorch 上的卷积网络会使用它（--precision auto）",
    ),
    "doctor.bfloat16_slow": Text(
        "{gain} times as fast as float32, under the {least} that it takes; not used (--precision auto)",
        "速度是 float32 的 {gain} 倍，不到 {least} 倍，因此不使用（--precision auto）",
    ),
    "doctor.bfloat16_missing": Text(
        "not computed by this hardware; float32 is used (--precision auto)",
        "硬件不支持，使用 float32（--precision auto）",
    ),
    "doctor.native_not_built": Text("not built", "未编译"),
    "doctor.native_best": Text(
        "computes with {used}; instruction sets found: {sets}", "使用 {used}；可用的指令集：{sets}"
    ),
    "doctor.native_as_set": Text(
        "computes with {used}, as STIRFRY_ISA says; instruction sets found: {sets}",
        "按 STIRFRY_ISA 的设置使用 {used}；可用的指令集：{sets}",
    ),
    "doctor.native_unusable": Text(
        "STIRFRY_ISA asks for {wanted}, which isn't there; instruction sets found: {sets}",
        "STIRFRY_ISA 指定的 {wanted} 不可用；可用的指令集：{sets}",
    ),
    "doctor.dropout_differs": Text(
        "here PyTorch draws its masks from another stream, such as MKL's; they differ from the native engine's",
        "在这里，PyTorch 用另一个随机流（例如 MKL 的）抽取掩码，与原生引擎的掩码不同",
    ),
    "doctor.torch_optional": Text(
        "not installed; pip install 'stirfry[{extra}]' adds it, for large networks and graphics cards",
        "未安装；大网络和显卡需要它，可用 pip install 'stirfry[{extra}]' 安装",
    ),
    "doctor.broken": Text("{value}, which can't be imported", "{value}，无法导入"),
    "doctor.built_for_processor": Text("{value}, built for the processor only", "{value}，仅支持 CPU 的版本"),
    "doctor.built_for_mps": Text(
        "{value}, built for the processor and Apple MPS", "{value}，支持 CPU 和 Apple MPS 的版本"
    ),
    "doctor.built_for_cuda": Text("{value}, built for CUDA {cuda}", "{value}，为 CUDA {cuda} 构建"),
    "doctor.built_for_rocm": Text("{value}, built for ROCm {rocm}", "{value}，为 ROCm {rocm} 构建"),
    "doctor.none_found": Text("none found", "未找到"),
    "doctor.usable": Text("usable", "可用"),
    "doctor.not_usable": Text("not usable", "不可用"),
    "doctor.version_unknown": Text("version unknown", "版本未知"),
    "doctor.supports_cuda": Text("supports CUDA up to {cuda}", "最高支持 CUDA {cuda}"),
    "doctor.capability": Text("compute capability {value}", "计算能力 {value}"),
    "doctor.current": Text("current", "当前使用"),
    "doctor.size": Text("{size} GiB", "{size} GiB"),
    "doctor.available": Text("{size} of it free", "其中 {size} 可用"),
    "doctor.cores_machine": Text("{cores} in the machine", "整机 {cores} 个"),
    "doctor.cores_usable": Text("{cores} for this process", "本进程可用 {cores} 个"),
    "doctor.cores_quota": Text("the time of {quota} by the container's limit", "容器限额相当于 {quota} 个"),
    "doctor.cores_free": Text("about {free} free now (load {load})", "目前约 {free} 个空闲（负载 {load}）"),
    "doctor.one_thread": Text("1", "1 个"),
    "doctor.threads_up_to": Text(
        "1 for small networks, {threads} for large ones", "小网络用 1 个，大网络用 {threads} 个"
    ),
    # Advice.
    "doctor.python_too_old": Text(
        "stirfry needs Python {oldest} or newer; this is {found}. Install a newer Python and make the environment "
        "again with it.",
        "stirfry 需要 Python {oldest} 或更高版本，现在是 {found}。请安装新版 Python，并用它重新创建环境。",
    ),
    "doctor.isa_unknown": Text(
        "STIRFRY_ISA is `{wanted}`, which the native engine doesn't have here, so it neither trains nor predicts. Take "
        "STIRFRY_ISA away, or set it to one of these: {sets}.",
        "STIRFRY_ISA 的值是 `{wanted}`，原生引擎在这台机器上没有它，因此无法训练和预测。请取消该变量，或改为其中之一：{sets}。",
    ),
    "doctor.torch_missing": Text(
        "There is neither a native engine nor PyTorch, so nothing can be trained yet. PyTorch is the quicker one to get: "
        "pip install 'stirfry[torch]'",
        "既没有原生引擎，也没有 PyTorch，所以还不能训练。最快的办法是安装 PyTorch：pip install 'stirfry[torch]'",
    ),
    "doctor.native_missing": Text(
        "The native engine wasn't built when stirfry was installed, so small networks train many times slower, through "
        "PyTorch. Install a C++ compiler (GCC or Clang), then install stirfry again with STIRFRY_REQUIRE_NATIVE=1 set: "
        "if it can't be built even then, the compiler's message is shown.",
        "安装 stirfry 时没有编译出原生引擎，小网络只能用 PyTorch 训练，会慢很多倍。请安装 C++ 编译器（GCC 或 Clang），"
        "再设置 STIRFRY_REQUIRE_NATIVE=1 并重新安装 stirfry；如果仍然编译不成，会显示编译器的报错。",
    ),
    "doctor.torch_broken": Text(
        "PyTorch {version} is installed but can't be imported: {error}. Install it again: "
        "pip install --force-reinstall torch",
        "已安装 PyTorch {version}，但无法导入：{error}。请重新安装：pip install --force-reinstall torch",
    ),
    "doctor.no_cuda_build": Text(
        "This machine has an NVIDIA card ({gpu}), but this PyTorch was built for the processor only, so the card "
        "stays idle. For a build that uses it, run: pip install --force-reinstall torch --index-url "
        "https://download.pytorch.org/whl/{tag} (or the command that https://pytorch.org/get-started/locally gives). "
        "Small networks on tables are no slower without it.",
        "这台机器有 NVIDIA 显卡（{gpu}），但当前的 PyTorch 只支持 CPU，显卡用不上。要使用显卡，请运行：pip install "
        "--force-reinstall torch --index-url https://download.pytorch.org/whl/{tag}（或 "
        "https://pytorch.org/get-started/locally 给出的命令）。训练表格数据的小网络时，不用显卡也不会更慢。",
    ),
    "doctor.old_driver": Text(
        "This machine has an NVIDIA card ({gpu}), but its driver is too old for any of today's PyTorch builds. Update "
        "the driver from https://www.nvidia.com/drivers, then run `stirfry doctor` again.",
        "这台机器有 NVIDIA 显卡（{gpu}），但驱动太旧，现有的 PyTorch 版本都用不了。请到 https://www.nvidia.cn/drivers "
        "更新驱动，然后再次运行 `stirfry doctor`。",
    ),
    "doctor.cuda_newer_than_driver": Text(
        "PyTorch was built for CUDA {built}, but the NVIDIA driver supports CUDA up to {supported}. Update the driver "
        "from https://www.nvidia.com/drivers, or install a build that fits it: pip install --force-reinstall torch "
        "--index-url https://download.pytorch.org/whl/{tag}",
        "PyTorch 为 CUDA {built} 构建，而 NVIDIA 驱动最高只支持 CUDA {supported}。请到 https://www.nvidia.cn/drivers "
        "更新驱动，或安装与之匹配的版本：pip install --force-reinstall torch --index-url "
        "https://download.pytorch.org/whl/{tag}",
    ),
    "doctor.driver_too_old_for_any": Text(
        "PyTorch was built for CUDA {built}, but the NVIDIA driver supports CUDA up to {supported}, too old for any of "
        "today's builds. Update the driver from https://www.nvidia.com/drivers.",
        "PyTorch 为 CUDA {built} 构建，而 NVIDIA 驱动最高只支持 CUDA {supported}，现有的版本都用不了。请到 "
        "https://www.nvidia.cn/drivers 更新驱动。",
    ),
    "doctor.cuda_hidden": Text(
        'PyTorch sees no card because the environment variable CUDA_VISIBLE_DEVICES is "{value}". Unset it, or set it '
        "to the number of a card, such as 0.",
        "环境变量 CUDA_VISIBLE_DEVICES 的值是“{value}”，所以 PyTorch 看不到显卡。请取消该变量，或设为显卡编号，例如 0。",
    ),
    "doctor.cuda_fails": Text(
        "There is an NVIDIA card ({gpu}) and a PyTorch for CUDA, but PyTorch can't use the card. It says: {complaint}. "
        "Try `nvidia-smi`; if that fails too, restart the machine or install the driver again.",
        "有 NVIDIA 显卡（{gpu}），PyTorch 也支持 CUDA，但 PyTorch 无法使用显卡。它给出的信息是：{complaint}。"
        "请试试 `nvidia-smi`；如果也失败，请重启机器或重新安装驱动。",
    ),
    "doctor.cuda_fails_silently": Text(
        "There is an NVIDIA card ({gpu}) and a PyTorch for CUDA, but PyTorch can't use the card and doesn't say why. "
        "Try `nvidia-smi`; if that fails too, restart the machine or install the driver again.",
        "有 NVIDIA 显卡（{gpu}），PyTorch 也支持 CUDA，但 PyTorch 无法使用显卡，也没有给出原因。"
        "请试试 `nvidia-smi`；如果也失败，请重启机器或重新安装驱动。",
    ),
    "doctor.gpu_too_old": Text(
        "{gpu} has compute capability {capability}, but this PyTorch was built for {least} or newer. Use --device cpu, "
        "or an older PyTorch: https://pytorch.org/get-started/previous-versions",
        "{gpu} 的计算能力是 {capability}，而当前的 PyTorch 至少需要 {least}。请使用 --device cpu，或安装旧版 PyTorch："
        "https://pytorch.org/get-started/previous-versions",
    ),
    "doctor.gpu_too_new": Text(
        "{gpu} has compute capability {capability}, but this PyTorch was built for cards up to {most}. Install a newer "
        "one: pip install --upgrade torch",
        "{gpu} 的计算能力是 {capability}，而当前的 PyTorch 最高只支持 {most}。请升级：pip install --upgrade torch",
    ),
    "doctor.amd_without_rocm": Text(
        "This machine has an AMD card ({gpus}), but PyTorch {version} wasn't built for ROCm, so the card stays idle. If "
        "ROCm supports the card, https://pytorch.org/get-started/locally gives the command for that build (on Linux).",
        "这台机器有 AMD 显卡（{gpus}），但 PyTorch {version} 不是为 ROCm 构建的，显卡用不上。如果 ROCm 支持这块显卡，"
        "可在 https://pytorch.org/get-started/locally 查到相应版本的安装命令（Linux）。",
    ),
    "doctor.rocm_fails": Text(
        "There is an AMD card ({gpus}) and a PyTorch for ROCm {rocm}, but PyTorch can't use the card. It says: "
        "{complaint}. Check that ROCm supports the card and that you belong to the groups `render` and `video`.",
        "有 AMD 显卡（{gpus}），PyTorch 也支持 ROCm {rocm}，但 PyTorch 无法使用显卡。它给出的信息是：{complaint}。"
        "请确认 ROCm 支持这块显卡，并确认当前用户属于 `render` 和 `video` 组。",
    ),
    "doctor.rocm_fails_silently": Text(
        "There is an AMD card ({gpus}) and a PyTorch for ROCm {rocm}, but PyTorch can't use the card and doesn't say "
        "why. Check that ROCm supports the card and that you belong to the groups `render` and `video`.",
        "有 AMD 显卡（{gpus}），PyTorch 也支持 ROCm {rocm}，但 PyTorch 无法使用显卡，也没有给出原因。"
        "请确认 ROCm 支持这块显卡，并确认当前用户属于 `render` 和 `video` 组。",
    ),
    "doctor.quota_below_threads": Text(
        "The container may take the time of {quota:core|cores}, but large networks would be trained with {threads} "
        "threads, which then wait for one another. Start with {fit}: taskset -c 0-{last} stirfry …",
        "容器的限额只相当于 {quota} 个核心，而大网络会用 {threads} 个线程训练，线程之间会互相等待。"
        "请限制为 {fit} 个：taskset -c 0-{last} stirfry …",
    ),
    "doctor.high_load": Text(
        "Other programs are computing: the load is {load} on {cores:core|cores}, so about {free} are free for training. "
        "It will be slower, and its timings say little, until they have finished.",
        "其他程序正在计算：{cores} 个核心上的负载是 {load}，能用于训练的约有 {free} 个。在它们结束之前，训练会变慢，计时也不可靠。",
    ),
}
