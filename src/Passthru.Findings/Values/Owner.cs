namespace Passthru.Findings.Values;

/// <summary>Who has a device now.</summary>
public enum Owner
{
    /// <summary>VFIO: it can be given to a virtual machine, or has been.</summary>
    Vfio,

    /// <summary>A driver of the host.</summary>
    Host,

    /// <summary>A driver that keeps it for nobody, or for a program without VFIO.</summary>
    Stub,

    /// <summary>No driver.</summary>
    None,
}
