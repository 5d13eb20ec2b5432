#!/usr/bin/env bash
# A Slurm of one node, this one, to try sweeps on: no systemd, no accounting, no
# file outside FOLDER.
# usage: try-slurm.sh start|stop FOLDER
#
# Needs Debian's packages slurm-wlm and munge. `start` prints the line that makes
# sbatch and sweep.py --slurm find it:  export SLURM_CONF=FOLDER/slurm.conf
set -euo pipefail
[ $# -eq 2 ] || { sed -n 's/^# usage: /usage: /p' "$0" >&2; exit 2; }

stop() {
  # The controller ends the node's daemon, and itself.
  SLURM_CONF=$1/slurm.conf scontrol shutdown || true
  for daemon in slurmd slurmctld munged; do
    if [ -f "$1/$daemon.pid" ]; then
      kill "$(cat "$1/$daemon.pid")" 2>/dev/null || true
    fi
  done
}

start() {
  local folder=$1 host
  host=$(hostname -s)
  for program in slurmctld slurmd munged mungekey; do
    PATH=$PATH:/usr/sbin command -v $program >/dev/null || {
      echo "try-slurm.sh: error: no $program: apt-get install slurm-wlm munge" >&2
      exit 1
    }
  done
  export PATH=$PATH:/usr/sbin
  mkdir -p "$folder/state" "$folder/spool"
  chmod 755 "$folder"
  cat >"$folder/slurm.conf" <<CONF
ClusterName=try
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$(free -m | awk '/^Mem:/ {print $2}')
PartitionName=try Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  [ -f "$folder/munge.key" ] || mungekey --create --keyfile="$folder/munge.key"
  munged --force --key-file="$folder/munge.key" --seed-file="$folder/munge.seed" \
    --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
    --log-file="$folder/munged.log"
  export SLURM_CONF=$folder/slurm.conf
  slurmctld
  slurmd
  for _ in $(seq 30); do
    if [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; then
      echo "export SLURM_CONF=$SLURM_CONF"
      return
    fi
    sleep 1
  done
  echo "try-slurm.sh: error: the node is not idle after 30 s; see $folder/*.log" >&2
  stop "$folder"
  exit 1
}

case $1 in
start) mkdir -p "$2" && start "$(cd "$2" && pwd)" ;;
stop) stop "$(cd "$2" && pwd)" ;;
*) echo "try-slurm.sh: error: expected start or stop, but got '$1'" >&2; exit 2 ;;
esac
