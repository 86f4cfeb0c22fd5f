namespace Passthru.Facts.Pci;

/// <summary>What the kernel believes of a function's power, told without touching the device.</summary>
public sealed record PciPower
{
    /// <summary>D0, D1, D2, D3hot, D3cold, unknown, error. Source: <c>power_state</c> (Linux 5.11).</summary>
    public string? State { get; init; }

    /// <summary>active, suspended, suspending, resuming, error, unsupported. Source: <c>power/runtime_status</c>; absent without CONFIG_PM.</summary>
    public string? RuntimeStatus { get; init; }

    /// <summary>False: it is there and could not be read.</summary>
    public bool RuntimeStatusComplete { get; init; } = true;

    /// <summary>Source: <c>d3cold_allowed</c>; absent without CONFIG_PM and ACPI.</summary>
    public bool? D3coldAllowed { get; init; }

    /// <summary>In D0 for all that is known, so that what it says of its link is of now.</summary>
    public bool IsAwake => State is null or "unknown" ? IsActive : State == "D0";

    /// <summary>Reading its config space resumes it only from D3cold (pci_config_pm_runtime_get in drivers/pci/pci.c).</summary>
    public bool ConfigReadIsSafe => State switch
    {
        "D0" or "D1" or "D2" or "D3hot" => true,
        null or "unknown" => IsActive,
        _ => false,
    };

    /// <summary>Reading the config space of what lies below resumes a bridge that is not active.</summary>
    public bool ChildConfigReadIsSafe => IsActive && State is not ("D3cold" or "error");

    /// <summary>Without runtime power management there is nothing to wake.</summary>
    private bool IsActive => RuntimeStatusComplete && RuntimeStatus is null or "active" or "unsupported";
}
