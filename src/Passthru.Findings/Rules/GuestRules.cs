using Passthru.Facts.Pci;
using Passthru.Findings.NextStart;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>What a guest does not do with a device that its VM has.</summary>
internal static class GuestRules
{
    private static readonly FindingKind Silent = new(
        "guest-driver-silent", Bucket.Runtime, Stage.Device, "PassthruGuestDriverSilent",
        "Look in the guest: lspci -k or the device manager; install or load the device's driver there, then read the guest's own log.");

    public static readonly Rule[] All =
    [
        new(Silent, input =>
            from device in input.Report.Devices ?? []
            let vm = User(input, device.Function.Address)
            where vm is not null && IsAsked(device.Function.Kind) && IsSilent(device.Function)
            select new Finding
            {
                Rule = Silent,
                Severity = Severity.Info,
                Subject = device.Function.Address.ToString(),
                Cause = $"No driver in the guest has taken up {Names.For(device.Function)}, which VM {vm.Vm.Id} has.",
                Evidence = [$"{device.Function.Path.Directory}/msi_irqs is not there; {(device.Function.GuestInterrupts == GuestInterruptMode.Intx ? "the interrupt pin has not fired" : "the interrupt pin is not set up")}"],
                Functions = [device.Function.Address],
                Vms = [vm.Vm.Id],
            }),
    ];

    private static VmVerdict? User(RuleInput input, PciAddress function) =>
        (input.Report.Vms ?? []).FirstOrDefault(vm => vm.IsRunning == true && vm.Functions.Any(own => own.Address == function));

    /// <summary>Sound, USB and the like may sit idle.</summary>
    private static bool IsAsked(DeviceKind kind) => kind is DeviceKind.Gpu or DeviceKind.Network or DeviceKind.Nvme or DeviceKind.Storage;

    private static bool IsSilent(PciFunction function) =>
        function.GuestInterrupts == GuestInterruptMode.None || function is { GuestInterrupts: GuestInterruptMode.Intx, GuestInterrupted: false };
}
