"""The town's own commands: protos that no other process knows."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from google.protobuf.message import Message
from grpc_tools import protoc

HERE = Path(__file__).parent / "protos"
OURS = Path(__file__).parents[4] / "protos"
COMMANDS = {"bell": "RingBell", "horn": "BlowHorn"}


def build(folder: Path, protos: Path = HERE) -> None:
    """Write the modules of these protos into a folder, from which the town's processes import them."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [file.relative_to(protos).as_posix() for file in protos.rglob("*.proto")]
    wellknown = Path(protoc.__file__).parent / "_proto"
    assert protoc.main(["", f"-I{protos}", f"-I{OURS}", f"-I{wellknown}", f"--python_out={folder}", *files]) == 0


def command_to(receiver: str, folder: Path) -> type[Message]:
    """The class of a receiver's command, from modules built into a folder; nothing else in this process finds them."""
    spec = spec_from_file_location(f"{receiver}_commands_pb2", folder / f"hotline/{receiver}/v1/commands_pb2.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: type[Message] = getattr(module, COMMANDS[receiver])
    return found
