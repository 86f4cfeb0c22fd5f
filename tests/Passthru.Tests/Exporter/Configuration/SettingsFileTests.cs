using CsCheck;
using Passthru.Exporter.Configuration;

namespace Passthru.Tests.Exporter.Configuration;

/// <summary>The configuration file: what it takes, and how it says what it does not take.</summary>
public sealed class SettingsFileTests
{
    [Fact]
    public void Devices_are_named_by_address_by_ids_or_by_slot()
    {
        var devices = Parse("""
            devices:
              - address: "0000:01:00.0"
                vm: gaming
              - address: 02:00
              - id: 10de:2204
                vm: 110
              - id: "10DE:1B81:1043:8769"
              - slot: PCIE2
            """).ConfiguredExpectations.Devices;

        Assert.Equal(["0000:01:00.0", "0000:02:00", null, null, null], devices.Select(device => device.Address?.ToString()));
        Assert.Equal([null, null, "10de:2204", "10de:1b81", null], devices.Select(device => device.Id?.ToString()));
        Assert.Equal(0x8769u, devices[3].Id!.Subdevice);
        Assert.Equal("PCIE2", devices[4].Slot);
        Assert.Equal(["gaming", null, "110", null, null], devices.Select(device => device.Vm));
        Assert.Equal([2, 4, 5, 7, 8], devices.Select(device => device.At.Line));
    }

    [Fact]
    public void Findings_are_accepted_for_a_device_a_slot_a_VM_or_the_host()
    {
        var accepted = Parse("""
            accept:
              - {alert: PassthruDeviceNotResettable, device: 01:00, until: 2027-03-31, reason: one VM has it for good}
              - {alert: PassthruDeviceWithoutFlr, slot: PCIE2, until: 2027-03-31, reason: x}
              - {alert: PassthruVmBlackScreenRisk, vm: 110, until: 2027-03-31, reason: x}
              - alert: PassthruAcsOverrideActive
                until: 2027-03-31
                reason: a lab
            """).ConfiguredExpectations.Acceptances;

        Assert.Equal(["0000:01:00", null, null, null], accepted.Select(it => it.Address?.ToString()));
        Assert.Equal([null, "PCIE2", null, null], accepted.Select(it => it.Slot));
        Assert.Equal([null, null, "110", null], accepted.Select(it => it.Vm));
        Assert.Equal([false, false, false, true], accepted.Select(it => it.IsOfHost));
        Assert.Equal([2, 3, 4, 5], accepted.Select(it => it.At.Line));
        Assert.True(accepted[0].HoldsAt(new DateTimeOffset(2027, 3, 31, 23, 59, 59, TimeSpan.Zero)));
        Assert.False(accepted[0].HoldsAt(new DateTimeOffset(2027, 4, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("{alert: PassthruDeviceNotResetable, until: 2027-03-31, reason: x}", "2:13: no alert PassthruDeviceNotResetable that can be accepted, did you mean PassthruDeviceNotResettable?")]
    [InlineData("{alert: PassthruExporterDown, until: 2027-03-31, reason: x}", "2:13: no alert PassthruExporterDown that can be accepted")]
    [InlineData("{alert: PassthruAerErrors, until: 2026-05-31, reason: x}", "2:39: the date 2026-05-31 has passed")]
    [InlineData("{alert: PassthruAerErrors, until: 31.3.2027, reason: x}", "2:39: '31.3.2027' is no date (2027-03-31)")]
    [InlineData("{alert: PassthruAerErrors, until: 2027-03-31}", "2:5: an accepted finding needs reason")]
    [InlineData("{alert: PassthruAerErrors, reason: x}", "2:5: an accepted finding needs until")]
    [InlineData("{until: 2027-03-31, reason: x}", "2:5: an accepted finding needs alert")]
    [InlineData("{alert: PassthruAerErrors, device: 01:00.0, vm: 1, until: 2027-03-31, reason: x}", "2:5: a finding is accepted for one of device, slot and vm, or for the host")]
    [InlineData("{alert: PassthruAerErrors, host: a, until: 2027-03-31, reason: x}", "2:32: unknown key host")]
    public void What_cannot_be_accepted_is_refused_by_its_line(string entry, string why)
    {
        var refused = Assert.Throws<SettingsException>(() => SettingsFile.Parse($"accept:\n  - {entry}\n", "config.yml", new DateOnly(2026, 6, 1)));
        Assert.StartsWith($"config.yml:{why}", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A host that starts after the date starts: what was accepted has run out.</summary>
    [Fact]
    public void A_date_that_has_passed_stops_nobody_who_starts() =>
        Assert.False(Parse("accept: [{alert: PassthruAerErrors, until: 2020-01-01, reason: x}]").ConfiguredExpectations.Acceptances.Single().HoldsAt(DateTimeOffset.UtcNow));

    [Fact]
    public void Holders_units_and_flags_are_lists_of_words()
    {
        var settings = Parse("""
            holders: [dpdk-testpmd, nvmf_tgt]
            units:
              - qemu@*.service
            flags:
              log.level: debug
              web.listen-address: [":10068", "unix:/run/x.sock"]
              collector.pci.all: true
            """);

        Assert.Equal(["dpdk-testpmd", "nvmf_tgt"], settings.ConfiguredExpectations.Holders);
        Assert.Equal(["qemu@*.service"], settings.Units);
        Assert.Equal([":10068", "unix:/run/x.sock"], settings.Flags["web.listen-address"]);
        Assert.Equal(["true"], settings.Flags["collector.pci.all"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but words\n")]
    [InlineData("---\n")]
    [InlineData("devices:\n")]
    [InlineData("devices: []\n")]
    [InlineData("{}\n")]
    public void An_empty_file_expects_nothing(string text) => Assert.Empty(Parse(text).ConfiguredExpectations.Devices);

    [Theory]
    [InlineData("device:\n  - address: 01:00.0\n", "x.yml:1:1: unknown key device, did you mean devices?")]
    [InlineData("devices:\n  - adress: 01:00.0\n", "x.yml:2:5: unknown key adress, did you mean address?")]
    [InlineData("devices:\n  - address: 01:00.0\n    colour: red\n", "x.yml:3:5: unknown key colour")]
    [InlineData("devices:\n  - address: 01:00.9\n", "x.yml:2:14: '01:00.9' is no PCI address (0000:01:00.0, or 0000:01:00 for every function)")]
    [InlineData("devices:\n  - id: 10de\n", "x.yml:2:9: '10de' is no vendor:device or vendor:device:subvendor:subdevice in hexadecimal")]
    [InlineData("devices:\n  - id: 10de:xyz\n", "x.yml:2:9: '10de:xyz' is no vendor:device or vendor:device:subvendor:subdevice in hexadecimal")]
    [InlineData("devices:\n  - id: 10de:2204:1043\n", "x.yml:2:9: '10de:2204:1043' is no vendor:device or vendor:device:subvendor:subdevice in hexadecimal")]
    [InlineData("devices:\n  - vm: 110\n", "x.yml:2:5: a device is named by one of address, id and slot")]
    [InlineData("devices:\n  - address: 01:00.0\n    id: 10de:2204\n", "x.yml:2:5: a device is named by one of address, id and slot")]
    [InlineData("devices:\n  - 01:00.0\n", "x.yml:2:5: expected keys (address, id, slot, vm)")]
    [InlineData("devices: 01:00.0\n", "x.yml:1:10: expected a list")]
    [InlineData("devices:\n  - address: [a]\n", "x.yml:2:14: expected a word")]
    [InlineData("devices:\n  - address:\n", "x.yml:2:13: expected a word")]
    [InlineData("- a\n", "x.yml:1:1: expected keys (devices, holders, units, flags, accept)")]
    [InlineData("flags:\n  path.rootfs: /host\n", "x.yml:2:3: unknown key path.rootfs")]
    [InlineData("flags:\n  web.listen-adress: x\n", "x.yml:2:3: unknown key web.listen-adress, did you mean web.listen-address?")]
    [InlineData("devices: []\n---\ndevices: []\n", "x.yml:3:1: a second document")]
    public void What_is_not_known_is_refused_by_line_and_column(string text, string message) =>
        Assert.Equal(message, Assert.Throws<SettingsException>(() => Parse(text)).Message);

    [Theory]
    [InlineData("devices:\n  - address: 01:00.0\n  address: x\n", "x.yml:3:")]
    [InlineData("devices: []\ndevices: []\n", "x.yml:2:1: ")]
    [InlineData("devices: [\n", "x.yml:2:1: ")]
    [InlineData("devices: [[[[[[[[[[[[[[[[[[[[\n", "x.yml:1:")]
    [InlineData("{\n:o0ld>'s,!2@\"@3]{:&", "x.yml:2:")]
    [InlineData("devices: *nobody\n", "x.yml:1:")]
    public void Broken_yaml_is_refused_where_it_breaks(string text, string start) =>
        Assert.StartsWith(start, Assert.Throws<SettingsException>(() => Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Any_text_is_settings_or_refused() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["devicsarlot:-[]{}&*!|>'\"%@`,#? \n\t0123"], 0, 80]).Sample(text =>
        {
            try
            {
                return Parse(text).ConfiguredExpectations.Devices.Length <= text.Length;
            }
            catch (SettingsException e)
            {
                return e.Message.StartsWith("x.yml:", StringComparison.Ordinal);
            }
        }, iter: 20_000);

    private static Settings Parse(string text) => SettingsFile.Parse(text, "x.yml");
}
