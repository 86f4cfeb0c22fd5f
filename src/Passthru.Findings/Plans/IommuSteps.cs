using System.Collections.Immutable;
using Passthru.Facts.Kernel;
using Passthru.Facts.Platform;

namespace Passthru.Findings.Plans;

/// <summary>An IOMMU that runs: in the firmware, then in the kernel.</summary>
internal sealed class IommuSteps(PlanSubject subject)
{
    private static readonly string[] Switches = ["intel_iommu", "amd_iommu", "iommu"];

    public IEnumerable<PlanStep> All() => [Firmware(), Kernel()];

    private bool IsIntel => subject.Facts.Platform?.VirtualizationExtensions?.Contains("vmx") == true || subject.Endpoints.All.Any(function => function is { Vendor: 0x8086, Address: { Bus: 0, Device: 0 } });

    private string Technique => subject.Facts.Platform?.IsX86 != true ? "the IOMMU (SMMU)" : IsIntel ? "Intel VT-d" : "the IOMMU (AMD-Vi)";

    private PlanStep Firmware()
    {
        var tables = subject.Facts.Platform?.FirmwareTables?.Where(PlatformFacts.IommuTables.Contains).ToList();
        var state = subject.Report.IommuEnabled == true || tables?.Count > 0 ? StepState.Done : tables is null ? StepState.Unknown : StepState.ToDo;
        var board = subject.Facts.Platform?.Board is { Name: { } name } facts ? $" of the {facts.Vendor} {name}" : "";
        return new PlanStep("Firmware", state)
        {
            What = state == StepState.Done ? ["The firmware announces an IOMMU."] : [$"Switch on {Technique} and virtualization in the firmware setup{board}. No command can."],
            Evidence = [.. (tables ?? []).Select(table => $"/sys/firmware/acpi/tables/{table}"), .. tables?.Count > 0 || state != StepState.Done ? Array.Empty<string>() : ["the kernel runs an IOMMU"]],
            Proofs = state == StepState.Done || subject.Facts.Platform?.IsX86 != true ? [] : [new Proof("ls /sys/firmware/acpi/tables", IsIntel ? "DMAR" : "IVRS")],
        };
    }

    private PlanStep Kernel()
    {
        if (subject.Report.IommuEnabled is not false)
        {
            return new PlanStep("IOMMU in the kernel", subject.Report.IommuEnabled is null ? StepState.Unknown : StepState.Done)
            {
                What = [subject.Report.IommuEnabled is null ? "Whether the kernel runs an IOMMU is unknown." : "The kernel runs the IOMMU. No parameter is needed."],
                Evidence = [.. (subject.Facts.Iommu?.Units ?? []).Take(3).Select(unit => $"/sys/class/iommu/{unit.Name}")],
                Proofs = subject.Report.IommuEnabled is null ? [new Proof("ls /sys/class/iommu", IsIntel ? "dmar0" : "ivhd0")] : [],
            };
        }

        var off = Words(subject.NextLine).Where(word => word.EndsWith("=off", StringComparison.Ordinal)).ToList();
        var wanted = IsIntel && !Words(subject.NextLine).Contains("intel_iommu=on") ? "intel_iommu=on" : null;
        var isThere = off.Count == 0 && wanted is null;
        return new PlanStep("IOMMU in the kernel", isThere ? StepState.Done : StepState.ToDo)
        {
            What = isThere
                ? [subject.Next?.Line is null && !IsIntel ? "The kernel needs no parameter: it uses the IOMMU where the firmware announces one." : "The next boot has the parameters."]
                : [.. off.Select(word => $"{word} keeps the IOMMU off."), .. wanted is null ? Array.Empty<string>() : ["The kernel needs intel_iommu=on."]],
            Evidence = isThere && subject.Next?.File is { } file ? [$"/{file}"] : [],
        }.WithWords(subject, wanted is null ? [] : [wanted], off);
    }

    /// <summary>Words that switch an IOMMU on or off.</summary>
    private static IEnumerable<string> Words(KernelCommandLine? line) =>
        (line?.Parameters ?? []).Where(parameter => Switches.Any(parameter.Is)).Select(parameter => $"{parameter.Name}={parameter.Value}");
}

/// <summary>A step of kernel parameters.</summary>
internal static class ParameterStep
{
    /// <summary>Adds the commands that bring words into the next boot and others out of it.</summary>
    public static PlanStep WithWords(this PlanStep step, PlanSubject subject, IReadOnlyList<string> words, IReadOnlyList<string> gone)
    {
        if (words.Count + gone.Count == 0 || step.State == StepState.Done)
        {
            return step;
        }

        if (subject.IsNixOs)
        {
            return step with { What = step.What.Add("It goes into boot.kernelParams of /etc/nixos/configuration.nix."), Text = $"boot.kernelParams = [ {string.Join(' ', words.Select(word => $"\"{word}\""))} ];", Commands = ["nixos-rebuild boot"] };
        }

        if (LoaderEdit.Of(subject) is not { } edit)
        {
            var what = words.Count > 0 ? $"Add {string.Join(' ', words)} to" : $"Remove {string.Join(' ', gone)} from";
            return step with { What = step.What.Add($"What this host boots by is not known here. {what} its kernel parameters by hand.") };
        }

        return step with
        {
            What = step.What.Add($"This host boots by {LoaderEdit.Loader(subject)}. Its kernel parameters stand in {edit.Place}."),
            Commands = [.. step.Commands, .. gone.SelectMany(edit.Remove), .. words.SelectMany(edit.Add), .. edit.Apply],
            Proofs = [.. step.Proofs, .. words.Take(1).Select(edit.Proof).OfType<Proof>()],
            Back = [.. step.Back, .. words.SelectMany(edit.Remove), .. gone.SelectMany(edit.Add), .. edit.Apply],
        };
    }
}
