using Passthru.Facts.Vms.Starts;

namespace Passthru.Findings.Starts;

/// <summary>How a reason is written, in labels and elsewhere.</summary>
public static class StartWords
{
    public static string Of(StartFailureReason reason) => reason switch
    {
        StartFailureReason.NotViable => "not_viable",
        StartFailureReason.DeviceGone => "device_gone",
        _ => reason.ToString().ToLowerInvariant(),
    };
}
