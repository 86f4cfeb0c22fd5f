using System.Globalization;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>Where one of libvirt's drivers keeps its domains.</summary>
/// <param name="Defined">How each is to start; null where that is not looked for.</param>
/// <param name="Running">What was started, while it runs.</param>
/// <param name="User">Whose session it is; null for the system's.</param>
internal sealed record LibvirtPlace(string? Defined, string Running, uint? User = null);

/// <summary>Every place at which domains may lie: the system's drivers, and the sessions of users (<c>qemu:///session</c>).</summary>
internal static class LibvirtPlaces
{
    /// <summary>No host has more people with VMs at a time.</summary>
    private const int MaxUsers = 64;

    private static readonly LibvirtPlace[] System = [new("etc/libvirt/qemu", "run/libvirt/qemu"), new("etc/libvirt/ch", "run/libvirt/ch")];

    /// <summary>Built for <c>/var/run</c> where that is a directory of its own, as on Slackware.</summary>
    private static readonly LibvirtPlace[] SystemBelowVar = [new("etc/libvirt/qemu", "var/run/libvirt/qemu"), new("etc/libvirt/ch", "var/run/libvirt/ch")];

    /// <summary>The QEMU driver's is always looked for, the other where it is.</summary>
    public static IEnumerable<LibvirtPlace> OfSystem(HostReader files) =>
        (!files.IsThere("run/libvirt") && files.IsThere("var/run/libvirt") ? SystemBelowVar : System)
            .Where((place, i) => i == 0 || files.IsThere(place.Defined!) || files.IsThere(place.Running));

    /// <summary><c>$XDG_RUNTIME_DIR/libvirt/qemu/run</c> and the configuration in the home directory (virQEMUDriverConfigNew).</summary>
    public static IEnumerable<LibvirtPlace> OfUsers(HostReader files)
    {
        var users = (files.IsThere("run/user") ? files.Names("run/user") ?? [] : []).Where(user => files.IsThere($"run/user/{user}/libvirt/qemu/run")).Take(MaxUsers);
        foreach (var name in users)
        {
            if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var user))
            {
                yield return new LibvirtPlace(null, $"run/user/{name}/libvirt/qemu/run", user);
            }
        }
    }

    /// <summary>Files in it are named after domains.</summary>
    public static bool HoldsDomains(string directory) =>
        directory == OperatorFiles.AutostartDirectory
        || System.Concat(SystemBelowVar).Any(place => directory == place.Defined || directory == place.Running)
        || (directory.StartsWith("run/user/", StringComparison.Ordinal) && directory.EndsWith("/libvirt/qemu/run", StringComparison.Ordinal));
}
