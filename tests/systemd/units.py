#!/usr/bin/python3
"""Stands in for systemd on a private bus: units.py ADDRESS NAME=STATE..., or REFUSE alone. Says "ready" once it can be asked."""
import fnmatch
import sys

import dbus
import dbus.bus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib


class Manager(dbus.service.Object):
    def __init__(self, bus, units):
        super().__init__(bus, "/org/freedesktop/systemd1")
        self.units = units

    @dbus.service.method("org.freedesktop.systemd1.Manager", in_signature="asas", out_signature="a(ssssssouso)")
    def ListUnitsByPatterns(self, states, patterns):
        if self.units is None:
            raise dbus.exceptions.DBusException("Not for you.", name="org.freedesktop.DBus.Error.AccessDenied")
        return [
            (name, "A unit", "loaded", state, "running", "", dbus.ObjectPath("/org/freedesktop/systemd1/unit/x"), dbus.UInt32(0), "", dbus.ObjectPath("/"))
            for name, state in self.units
            if (not states or state in states) and any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
        ]


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
address, *given = sys.argv[1:]
bus = dbus.bus.BusConnection(address)
name = dbus.service.BusName("org.freedesktop.systemd1", bus)
manager = Manager(bus, None if given == ["REFUSE"] else [tuple(unit.split("=")) for unit in given])
print("ready", flush=True)
GLib.MainLoop().run()
