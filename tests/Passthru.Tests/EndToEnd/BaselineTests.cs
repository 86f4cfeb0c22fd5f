using System.Text.Json;
using System.Text.RegularExpressions;
using Passthru.Facts.Baseline;
using Passthru.Tests.Findings.Drift;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd;

/// <summary><c>baseline accept</c> and <c>baseline diff</c> from the command line to the file and back.</summary>
public sealed class BaselineTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly WrittenHost _first = new(Chassis.First().Build());
    private readonly WrittenHost _spare = new(Chassis.Spare().Build());

    private string File => Path.Join(_directory.Path, "baseline.json");

    public void Dispose()
    {
        _directory.Dispose();
        _first.Dispose();
        _spare.Dispose();
    }

    [Fact]
    public async Task The_story_of_the_spare_chassis()
    {
        var (code, output, errors) = await Accept(_first);
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal($"Accepted: 5 PCI functions in 5 IOMMU groups, kernel 6.8.12-4-pve, BIOS 1.4. Written to {File}.\n", output);

        (code, output, errors) = await Diff(_first);
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal("Nothing has changed since the topology was accepted on DATE UTC: 5 PCI functions in 5 IOMMU groups.\n", output);

        (code, output, _) = await Diff(_spare);
        Assert.Equal(1, code);
        Assert.Equal(
            $"""
            5 changes since the topology was accepted on DATE UTC:

            Groups
              0000:03:00.0 {Chassis.Hba} [1000:0097] and 0000:04:00.0 {Chassis.Nic} [8086:1521] are now in one IOMMU group; they were apart.

            Missing devices
              0000:00:1c.0 Intel Alder Lake-S PCH PCI Express Root Port #1 is missing.
              0000:04:00.0 {Chassis.Nic} is missing; its like is now in another place, under the same address.

            New devices
              0000:00:01.1 Intel 12th Gen Core Processor PCI Express x16 Controller #1 [8086:460d] is new.
              0000:04:00.0 {Chassis.Nic} [8086:1521] is new; its like was in another place, under the same address.

            If this is as it should be: passthru-exporter baseline accept

            """,
            output);
    }

    [Fact]
    public async Task Programs_get_json()
    {
        await Accept(_first);
        var (code, output, _) = await Diff(_spare, "--format=json");
        Assert.Equal(1, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
        Assert.Equal(6, json.RootElement.GetProperty("compared").GetArrayLength());
        var change = json.RootElement.GetProperty("changes")[0];
        Assert.Equal("group_changed", change.GetProperty("change").GetString());
        Assert.Contains("are now in one IOMMU group", change.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_brings_its_own_baseline()
    {
        Directory.CreateDirectory(Path.Join(_spare.Root, "var/lib/passthru-exporter"));
        await Accept(_first);
        System.IO.File.Copy(File, Path.Join(_spare.Root, BaselineFile.DefaultPath));
        Assert.Equal(1, (await Built.Run("baseline", "diff", $"--path.rootfs={_spare.Root}")).Code);
    }

    [Fact]
    public async Task Nothing_is_written_into_the_files_of_another_host()
    {
        var (code, _, errors) = await Built.Run("baseline", "accept", $"--path.rootfs={_first.Root}");
        Assert.Equal((1, $"passthru-exporter: nothing is written below --path.rootfs={_first.Root}: say where with --baseline.file=FILE\n"), (code, errors));
        Assert.False(Directory.Exists(Path.Join(_first.Root, "var")));
    }

    [Fact]
    public async Task Without_a_baseline_there_is_nothing_to_compare_with()
    {
        var (code, _, errors) = await Diff(_first);
        Assert.Equal((3, $"passthru-exporter: no topology has been accepted yet ({File} is not there): see passthru-exporter baseline accept\n"), (code, errors));
    }

    [Fact]
    public async Task One_of_a_newer_program_is_neither_read_nor_overwritten()
    {
        var file = _directory.Write("baseline.json", """{"version":2,"more":"than this one knows"}""");
        var message = $"passthru-exporter: {file}: is of version 2, from a newer passthru-exporter; this one knows version 1\n";
        var (code, _, errors) = await Accept(_first);
        Assert.Equal((1, message), (code, errors));
        (code, _, errors) = await Diff(_first);
        Assert.Equal(3, code);
        Assert.EndsWith(message, errors, StringComparison.Ordinal);
        Assert.StartsWith("""{"version":2""", await System.IO.File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_damaged_is_told_and_may_be_replaced()
    {
        var file = _directory.Write("baseline.json", "{\"version\":1,");
        var (code, _, errors) = await Diff(_first);
        Assert.Equal(3, code);
        Assert.EndsWith($"passthru-exporter: {file}: not a topology baseline, or damaged\n", errors, StringComparison.Ordinal);
        Assert.Equal(0, (await Accept(_first)).Code);
        Assert.Equal(0, (await Diff(_first)).Code);
    }

    [Fact]
    public async Task A_host_whose_groups_cannot_be_seen_is_not_accepted()
    {
        Directory.Delete(Path.Join(_first.Root, "sys/kernel"), recursive: true);
        var (code, _, errors) = await Accept(_first);
        Assert.Equal((1, "passthru-exporter: nothing accepted: the IOMMU groups could not be listed\n"), (code, errors));
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Whenever_it_is_killed_the_file_is_the_old_one_or_the_new_one()
    {
        var hosts = new[] { _first, _spare };
        var expected = new[] { Chassis.Baseline(Chassis.First()), Chassis.Baseline(Chassis.Spare()) };
        var random = new Random(17);
        Assert.Equal(0, (await Accept(_first)).Code);
        var killed = 0;
        for (var round = 0; round < 24; round++)
        {
            using var process = Built.Start(Arguments("accept", hosts[(round + 1) % 2]));

            // Half of the times at any moment, half of the times when the file is being written.
            var atWrite = round % 2 == 0;
            var until = Environment.TickCount64 + (atWrite ? 10_000 : random.Next(50, 600));
            while (Environment.TickCount64 < until && !process.HasExited && !(atWrite && Directory.GetFiles(Path.GetDirectoryName(File)!, $"*.{process.Id}.tmp").Length > 0))
            {
                Thread.SpinWait(random.Next(1, 200));
            }

            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            killed += process.ExitCode == 0 ? 0 : 1;
            var (baseline, trouble) = BaselineFile.Parse(await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken));
            Assert.Null(trouble);
            Assert.Contains(expected, one => one.Functions.SequenceEqual(baseline!.Functions) && one.Groups.Length == baseline.Groups.Length);
        }

        Assert.True(killed > 0, "it was always faster");
        Assert.Equal(0, (await Accept(_spare)).Code);
        Assert.Equal(0, (await Diff(_spare)).Code);
    }

    private Task<(int Code, string Output, string Errors)> Accept(WrittenHost host) => Built.Run(Arguments("accept", host));

    private async Task<(int Code, string Output, string Errors)> Diff(WrittenHost host, params string[] more)
    {
        var (code, output, errors) = await Built.Run([.. Arguments("diff", host), .. more]);
        return (code, Regex.Replace(output, @"\d{4}-\d\d-\d\d \d\d:\d\d", "DATE"), errors);
    }

    private string[] Arguments(string verb, WrittenHost host) => ["baseline", verb, $"--path.rootfs={host.Root}", $"--baseline.file={File}"];
}
