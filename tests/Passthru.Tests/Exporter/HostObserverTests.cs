using Passthru.Exporter.Configuration;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Text;
using Passthru.Findings.Values;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

public sealed class HostObserverTests
{
    private const string Function = "sys/devices/pci0000:00/0000:01:00.0";

    [Fact]
    public void The_same_facts_keep_their_report()
    {
        var observer = Observer(Host(), settings: null);
        var first = observer.Observe();
        var second = observer.Observe();
        Assert.Same(first.Report, second.Report);
        Assert.True(second.Facts.TakenAt >= first.Facts.TakenAt);
        Assert.NotEqual(first.Facts.Collectors, second.Facts.Collectors);
    }

    [Fact]
    public void What_has_changed_is_judged_anew_and_so_is_what_changes_back()
    {
        var host = Host();
        var observer = Observer(host, settings: null);
        Owner? Seen() => Assert.Single(observer.Observe().Report.Devices!.Value).Owner;
        Assert.Equal(Owner.Host, Seen());
        host.WithLink($"{Function}/driver", "../../../bus/pci/drivers/vfio-pci");
        Assert.Equal(Owner.Vfio, Seen());
        host.WithLink($"{Function}/driver", "../../../bus/pci/drivers/e1000e");
        Assert.Equal(Owner.Host, Seen());
    }

    [Fact]
    public void A_host_that_stays_is_judged_anew_once_something_else_is_expected_of_it()
    {
        var host = Host();
        var settings = new SettingsSource(host, null);
        var observer = Observer(host, settings);
        Assert.Empty(observer.Observe().Report.Ownership.ExpectedDevices!.Value);
        host.With(SettingsSource.DefaultFile, "devices:\n  - address: \"0000:01:00.0\"\n");
        Assert.Null(settings.Reload());
        Assert.Single(observer.Observe().Report.Ownership.ExpectedDevices!.Value);
    }

    private static HostObserver Observer(FakeTree host, SettingsSource? settings) =>
        new(host, Collectors.All.ToHashSet(), settings, TimeSpan.FromSeconds(30));

    private static FakeTree Host() => new FakeTree()
        .WithDirectory("sys/bus")
        .WithLink("sys/bus/pci/devices/0000:01:00.0", "../../../devices/pci0000:00/0000:01:00.0")
        .With($"{Function}/class", "0x020000\n")
        .With($"{Function}/vendor", "0x8086\n")
        .With($"{Function}/device", "0x10d3\n")
        .WithLink($"{Function}/driver", "../../../bus/pci/drivers/e1000e");
}
