"""What a change to this machine's resources does to people's running servers."""

from components.server_fates import Carrier, ServerFates

SERVERS = ServerFates(
    carriers=(
        Carrier(type="localhub:index:Machine", gone="every hub on it ends", harmless=("",)),
        # A hub that restarts finds its servers again.
        Carrier(type="localhub:index:Hub", gone="the hub and people's servers end", harmless=("",)),
        Carrier(type="localhub:index:Directory", harmless=("",)),
        # Servers run from the old one until they are restarted; when it is swept away, nobody knows beforehand.
        Carrier(type="localhub:index:Environment", harmless=("",)),
    ),
    beside=(),
)
