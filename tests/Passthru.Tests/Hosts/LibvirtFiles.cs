using System.Globalization;

namespace Passthru.Tests.Hosts;

/// <summary>libvirt's files on a host: definitions, what runs, networks that are pools of virtual functions.</summary>
internal sealed class LibvirtFiles
{
    private const string Header = """
        <!--
        WARNING: THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT ARE LIKELY TO BE
        OVERWRITTEN AND LOST. Changes to this xml configuration should be made using:
          virsh edit
        or other application using the libvirt API.
        -->


        """;

    private readonly HostTree _tree;

    /// <summary>A host with libvirt's daemon on it, and no domain yet.</summary>
    public LibvirtFiles(HostTree tree)
    {
        _tree = tree.Line("run/libvirt/qemu/driver.pid", "901")
            .Text("etc/libvirt/qemu/networks/default.xml", $"{Header}<network>\n  <name>default</name>\n  <forward mode='nat'/>\n  <bridge name='virbr0'/>\n</network>\n");
    }

    /// <summary>A domain that is defined, whether or not it runs.</summary>
    public LibvirtFiles Defined(FakeDomain domain)
    {
        _tree.Text($"etc/libvirt/qemu/{domain.Name}.xml", Header + domain.Xml);
        return this;
    }

    /// <summary>A domain that was started, as it was then.</summary>
    public LibvirtFiles Running(FakeDomain domain, int pid, string state = "running")
    {
        _tree.Line($"run/libvirt/qemu/{domain.Name}.pid", pid.ToString(CultureInfo.InvariantCulture))
            .Text(
                $"run/libvirt/qemu/{domain.Name}.xml",
                $"{Header}<domstatus state='{state}' reason='booted' pid='{pid}'>\n<monitor path='/var/lib/libvirt/qemu/domain-1-{domain.Name}/monitor.sock' type='unix'/>\n{domain.Xml}</domstatus>\n");
        return this;
    }

    /// <summary>A pool of virtual functions; <paramref name="functions"/> are <see cref="Address"/> elements or <c>&lt;pf dev='eno1'/&gt;</c>.</summary>
    public LibvirtFiles Pool(string name, bool managed, params ReadOnlySpan<string> functions)
    {
        _tree.Text(
            $"etc/libvirt/qemu/networks/{name}.xml",
            $"{Header}<network>\n  <name>{name}</name>\n  <forward mode='hostdev' managed='{YesNo(managed)}'>{string.Concat(functions)}</forward>\n</network>\n");
        return this;
    }

    /// <param name="address">The host's function, as the kernel writes it.</param>
    /// <param name="managed">libvirt takes it from its driver and gives it back.</param>
    /// <param name="rom">An element <c>rom</c>.</param>
    public static string Hostdev(string address, bool managed = true, string rom = "") =>
        $"<hostdev mode='subsystem' type='pci' managed='{YesNo(managed)}'><source>{Address(address)}</source>{rom}"
        + "<address type='pci' domain='0x0000' bus='0x06' slot='0x00' function='0x0'/></hostdev>";

    /// <summary>An interface of a network; <paramref name="actual"/> is the function it got, once it runs.</summary>
    public static string NetworkInterface(string network, string? actual = null) =>
        $"<interface type='network'><mac address='52:54:00:00:00:01'/><source network='{network}'/>"
        + (actual is null ? "" : $"<actual type='hostdev' managed='yes'><source>{Address(actual, "type='pci' ")}</source></actual>")
        + "</interface>";

    /// <summary><c>0000:01:00.0</c> as libvirt writes it.</summary>
    public static string Address(string address, string type = "")
    {
        var parts = address.Split(':', '.');
        return $"<address {type}domain='0x{parts[0]}' bus='0x{parts[1]}' slot='0x{parts[2]}' function='0x{parts[3]}'/>";
    }

    private static string YesNo(bool value) => value ? "yes" : "no";
}
