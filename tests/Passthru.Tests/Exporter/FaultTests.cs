using Passthru.Exporter.Configuration;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

/// <summary>
/// A read has three outcomes: a value, nothing there, refused. Each file of several hosts fails in turn; what a page and a check said
/// may then be missing, and nothing else may stand in its place.
/// </summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    public static TheoryData<string> Hosts => new(
        Environment.GetEnvironmentVariable("PASSTHRU_TESTS_EVERY_HOST") == "1" ? WrittenHosts.Names :
        [
            "bad-spare-chassis", "dying-device", "old-kernel", "own-libvirt", "own-pve-mapping", "own-pve-stale-qemu",
            "own-pve-takes-root-disk", "own-vfio-built-in", "use-zfs-mirror",
        ]);

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_file_that_fails_takes_away_and_adds_nothing(string name)
    {
        var files = WrittenHosts.InMemory(name);
        var faults = new Faults(files, new SettingsSource(files, null).Current.ConfiguredExpectations);
        var wrong = AllOf(faults).SelectMany(fault => fault.Beyond.Select(said => $"{fault.What}: {said}")).ToList();
        output.WriteLine($"{name}: {faults.Paths.Count} files, {faults.Blocking.Count} places that may block, {faults.Pages} pages");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    /// <summary>Each file refused and failing, each place that may block without an answer, all files of one name at once, and everything.</summary>
    private static IEnumerable<(string What, IEnumerable<string> Beyond)> AllOf(Faults faults) =>
    [
        .. faults.Paths.Select(path => ($"{path}: EIO", faults.Refusing(asked => asked == path, Errno.InputOutput, all: true))),
        .. faults.Paths.Select(path => ($"{path}: EACCES", faults.Refusing(asked => asked == path, Errno.AccessDenied, all: false))),
        .. faults.Blocking.Select(path => ($"{path}: no answer", faults.Silent(path))),
        .. faults.Paths.Select(path => path[(path.LastIndexOf('/') + 1)..]).Distinct().Select(file =>
            ($"every {file}", faults.Refusing(asked => asked.EndsWith($"/{file}", StringComparison.Ordinal) && faults.Paths.Contains(asked), Errno.InputOutput, all: true))),
        ("everything", faults.Refusing(faults.Paths.Contains, Errno.AccessDenied, all: true)),
    ];
}
