"""Writes fleets of realistic communities: as long, as different and as entangled as people write them."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SUBJECTS = ("astronomy", "biology", "climate", "economics", "geography", "history", "linguistics", "physics")

CLUSTERS = {
    "campus": """\
provider: local
local: {folder: /srv/hubs, cpu: 64, memory_gib: 256}
node_pools:
  user: {cpu: 16, memory_gib: 64, max_nodes: 1}
  large: {cpu: 32, memory_gib: 128, max_nodes: 1}
""",
}

HEAD = """\
# yaml-language-server: $schema=../schemas/community.schema.json
name: {name}
title: {subject} hub {number}
archetype: {archetype}
contacts:
- {{name: Hub team of {subject}, email: {name}@example.org}}
cluster: campus
hub:
  domain: {name}.example.org
  homepage:
    text: >-
      The hub of {subject} {number}. Bring your questions on Tuesdays,
      and your own data on any other day.
    organization: {{name: University of {subject}, url: https://www.example.org/{name}}}
  auth:
{auth}
  environment:
    COURSE: {subject}-{number}
    OMP_NUM_THREADS: "1"
  image: base
  resources:
    cpu: &small-cpu {{guarantee: 0.25, limit: 1}}
    memory_gib: &small-memory {{guarantee: 0.5, limit: 2}}
  profiles:
  - slug: small
    title: Small
    description: Enough for the exercises of {subject}.
    default: true
    cpu: *small-cpu
    memory_gib: *small-memory
    node_pool: user
"""

PROFILE = """\
  - slug: {slug}
    title: "{title} server"
    description: "For {title} work; ask the hub team first."
    node_pool: {pool}
    groups: [instructors]
    cpu: {{guarantee: {cpu}, limit: {limit}}}
    options:
      images:
      - image: base
        title: "{subject}, this term"
        default: true
      sizes:
      - {{slug: half, title: Half, memory_gib: {half}}}
      - {{slug: full, title: Full, memory_gib: {{guarantee: {half}, limit: {full}}}, default: true}}
"""

TAIL = """\
  shared_directories:
  - name: shared
    writers: [instructors]
  - name: datasets
    writers: admins
  scratch: {{delete_after_days: {days}}}
  culling:
    idle_timeout_minutes: {idle}
    maximum_age_minutes: 1440
  groups:
    instructors: &staff [ada-{number}, grace-{number}]
    students: [alan-{number}, edsger-{number}]
  roles:
  - name: instructor
    description: May look into students' servers
    scopes: [list:users, "access:servers!group=students", "servers!group=students"]
    groups: [instructors]
  named_servers_per_user: 1
  max_running_servers: {running}
stages:
  staging:
    hub:
      max_running_servers: 5
      culling: {{idle_timeout_minutes: 10}}
"""

PROD = """\
  prod:
    hub:
      homepage: {announcement: "Maintenance on Friday at 18:00"}
"""

AUTH = (
    """\
    type: github
    admins: &admins [ada-{number}, grace-{number}]
    github:
      client_id: Iv1.{number:016d}
      client_secret_env: CLIENT_SECRET_{number}
      allowed_organizations: [{subject}-{number}, "{subject}-{number}:staff"]""",
    """\
    type: google
    admins: &admins [ada-{number}@example.org]
    google:
      client_id: "{number:012d}.apps.example.org"
      client_secret_env: CLIENT_SECRET_{number}
      hosted_domains: [{subject}.example.org]""",
    """\
    type: native
    admins: &admins [ada-{number}]
    allowed_users: [alan-{number}, edsger-{number}]""",
)


def community(number: int) -> str:
    """The file of one community; the same for the same number."""
    chance = random.Random(number)
    subject = chance.choice(SUBJECTS)
    facts = {
        "number": number,
        "name": community_name(number),
        "subject": subject,
        "archetype": chance.choice(("research", "teaching", "event")),
        "days": chance.choice((7, 14, 28)),
        "idle": chance.choice((30, 60, 120)),
        "running": chance.randint(20, 200),
    }
    text = HEAD.format(auth=chance.choice(AUTH).format(**facts), **facts)
    for title, pool, most in (("large", "user", 64), ("huge", "large", 128))[: chance.randint(1, 2)]:
        cpu = chance.choice((1, 2, 4))
        text += PROFILE.format(
            slug=title, title=title, pool=pool, cpu=cpu, limit=2 * cpu, half=most // 8, full=most // 4, subject=subject
        )
    return text + TAIL.format(**facts) + (PROD if chance.random() < 0.5 else "")


def community_name(number: int) -> str:
    return f"hub-{number:05d}"


def write_fleet(folder: Path, count: int) -> Path:
    """A checkout with so many communities, beside this one's images and `Pulumi.yaml`. Returns the folder."""
    for name in ("communities", "clusters"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    shutil.copytree(ROOT / "images", folder / "images", dirs_exist_ok=True)
    for name, text in CLUSTERS.items():
        (folder / "clusters" / f"{name}.yaml").write_text(text)
    for number in range(count):
        (folder / "communities" / f"{community_name(number)}.yaml").write_text(community(number))
    return folder


if __name__ == "__main__":
    write_fleet(Path(sys.argv[1]), int(sys.argv[2]))
