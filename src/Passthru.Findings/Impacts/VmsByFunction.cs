using Passthru.Facts.Pci;
using Passthru.Findings.Reports;

namespace Passthru.Findings.Impacts;

/// <summary>Which virtual machines have a function or are to have it: by their own configuration, or by a claim for them. A template never does.</summary>
public static class VmsByFunction
{
    public static ILookup<PciAddress, string> From(Report report)
    {
        var configured = (report.Vms ?? []).Where(vm => !vm.Vm.IsTemplate)
            .SelectMany(vm => vm.Functions.Select(function => (function.Address, Vm: vm.Vm.Id)));
        var claimed = (report.Ownership.ExpectedDevices ?? []).SelectMany(it => it.Expectations.Select(claim => (it.Address, Vm: claim.Vm ?? "")));
        return configured.Concat(claimed).Where(pair => pair.Vm.Length > 0).Distinct().ToLookup(pair => pair.Address, pair => pair.Vm);
    }
}
