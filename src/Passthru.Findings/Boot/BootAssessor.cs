using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

namespace Passthru.Findings.Boot;

/// <summary>What the next boot, or this one, makes of what is configured.</summary>
internal static class BootAssessor
{
    public static BootVerdict Assess(HostFacts facts, BootFacts boot, OwnershipVerdict ownership)
    {
        var kernel = facts.Kernel;
        var races = Races(facts, boot).ToImmutableArray();
        HashSet<PciAddress> expected =
            [.. races.SelectMany(race => race.Devices).Select(device => device.Function), .. (ownership.ExpectedDevices ?? []).Where(it => it.Expectations.Any(claim => claim.When == Facts.Vms.ExpectationTime.Always)).Select(it => it.Address)];
        HashSet<string> drivers = [.. boot.Kernels.SelectMany(it => it.Drivers).Where(driver => driver.Functions.Any(expected.Contains)).Select(driver => driver.Module)];
        return new BootVerdict
        {
            Races = races,
            IsPending = !boot.Modules.IsWhole ? null : new PendingAssessor(boot, kernel?.CommandLine, kernel?.Release, drivers).Judge(),
            Blacklisted = kernel?.Modules is { } modules ? BlacklistAssessor.Judge(boot, kernel.CommandLine, modules, boot.DriversOf(kernel.Release), expected) : [],
            Idle = [.. IdleSettings.Find(boot, kernel, drivers)],
        };
    }

    private static IEnumerable<KernelRace> Races(HostFacts facts, BootFacts boot)
    {
        var running = facts.Kernel?.Release;
        foreach (var release in new[] { running, boot.Next?.Kernel }.OfType<string>().Distinct())
        {
            var drivers = boot.DriversOf(release) ?? new KernelDrivers { Release = release };
            var bootsNext = release == (boot.Next?.Kernel ?? running);
            var line = bootsNext && boot.Next?.Line is { } next ? next : facts.Kernel?.CommandLine;
            var expected = new BootExpectation(facts, line, drivers);
            var image = boot.ImageOf(release);
            var devices = new BootRace(boot, expected, line, drivers, image, release == running).Run();
            yield return new KernelRace(release, image, bootsNext, devices) { IsLost = !boot.Modules.IsWhole ? null : IsLost(devices, image is not null, boot.Next?.HasOwnImage == true) };
        }
    }

    /// <summary>What the root file system does is no question of the image. Without an image that is seen there is no all-clear.</summary>
    private static bool? IsLost(ImmutableArray<DeviceRace> devices, bool hasImage, bool isUnified)
    {
        var answers = devices.Select(device => device switch
        {
            { Stage: RaceStage.RootFileSystem } => (bool?)false,
            { Outcome: RaceOutcome.HostDriver } => true,
            { Outcome: RaceOutcome.Unresolved } => null,
            _ => false,
        });
        var lost = Answers.Any(answers);
        return lost == false && (isUnified || (!hasImage && devices.All(device => device.Stage != RaceStage.Kernel))) ? null : lost;
    }
}
