import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from chart_config import in_pod

in_pod(get_config())  # noqa: F821
