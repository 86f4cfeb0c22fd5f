using Passthru.Facts.Pci;

namespace Passthru.Findings;

/// <summary>Which virtual machines have a function or are to have it: by their own configuration, or by a claim for them. A template never does.</summary>
public static class VmsByFunction
{
    public static ILookup<PciAddress, string> Of(Report report)
    {
        var configured = (report.Guests ?? []).Where(guest => !guest.Guest.IsTemplate)
            .SelectMany(guest => guest.Functions.Select(function => (function.Address, Vm: guest.Guest.Id)));
        var claimed = (report.Ownership.Reservations ?? []).SelectMany(it => it.Claims.Select(claim => (it.Address, Vm: claim.Vm ?? "")));
        return configured.Concat(claimed).Where(pair => pair.Vm.Length > 0).Distinct().ToLookup(pair => pair.Address, pair => pair.Vm);
    }
}
