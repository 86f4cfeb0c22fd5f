namespace Passthru.Facts.Pci;

/// <summary>The driver that has a function now. Source: the link <c>driver</c>.</summary>
/// <param name="Name">The directory name of the driver, as it is: <c>vfio-pci</c>, <c>mlx5_vfio_pci</c>, <c>nvidia</c>.</param>
/// <param name="IsVfio">
/// The function can be opened through VFIO: the kernel has made <c>vfio-dev/</c> for it (Linux 6.1), or the driver bears the name
/// of a VFIO driver.
/// </param>
public sealed record PciDriver(string Name, bool IsVfio)
{
    /// <summary>Drivers that hold a function for nobody or for a program, and are no VFIO driver. Underscores stand for dashes too.</summary>
    private static readonly string[] Stubs = ["pci_stub", "pci_pf_stub", "pciback", "xen_pciback", "uio_pci_generic", "igb_uio"];

    /// <summary>Xen's driver for what its guests have (drivers/xen/xen-pciback).</summary>
    public bool IsOfXen => Underscored(Name) is "pciback" or "xen_pciback";

    /// <summary>Keeps the host away from the function without VFIO's protection.</summary>
    public bool IsStub => !IsVfio && Stubs.Contains(Underscored(Name));

    /// <summary>
    /// vfio-pci and every variant driver are named so: mlx5_vfio_pci, hisi_acc_vfio_pci, xe-vfio-pci (drivers/vfio/pci). The
    /// kernel makes no difference between dashes and underscores, nor does this.
    /// </summary>
    public static bool IsVfioName(string name) => Underscored(name).EndsWith("vfio_pci", StringComparison.Ordinal);

    private static string Underscored(string name) => name.Replace('-', '_');
}
