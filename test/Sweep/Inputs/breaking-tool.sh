#!/bin/sh
# scnn-sim that dies of a signal where the machine file has the line $BREAK_ON.
for argument in "$@"; do
  case $argument in
  --machine=*)
    if [ -n "$BREAK_ON" ] && grep -qx "$BREAK_ON" "${argument#--machine=}"; then
      kill -9 $$
    fi
    ;;
  esac
done
exec "$SCNN_SIM" "$@"
