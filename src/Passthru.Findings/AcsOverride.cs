using System.Collections.Immutable;
using Passthru.Facts.Kernel;

namespace Passthru.Findings;

/// <summary>
/// The three facts of the ACS override: asked for, possible, in force. A mainline kernel passes the parameter on to init and
/// does nothing.
/// </summary>
public sealed record AcsOverride
{
    public required bool? Requested { get; init; }

    public required ImmutableArray<string> Options { get; init; }

    public required bool? Supported { get; init; }

    public required bool? Active { get; init; }

    internal static AcsOverride Of(KernelFacts? kernel)
    {
        var request = kernel?.CommandLine is { } line ? AcsOverrideRequest.Of(line) : null;
        bool? requested = kernel?.CommandLine is null ? null : request is not null;
        bool? asksForSomething = requested is null ? null : request?.Options.Length > 0;
        var supported = kernel?.CarriesAcsOverride;
        return new AcsOverride
        {
            Requested = requested,
            Options = request?.Options ?? [],
            Supported = supported,
            Active = asksForSomething == false || supported == false ? false : asksForSomething & supported,
        };
    }
}
