using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Reading;

public sealed class ReadSupervisorTests : IDisposable
{
    private static readonly TimeSpan PerFile = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Whole = TimeSpan.FromSeconds(20);
    private readonly ManualResetEventSlim _answers = new();

    public void Dispose()
    {
        _answers.Set();
        _answers.Dispose();
    }

    [Fact]
    public void A_file_that_does_not_answer_costs_itself_and_nothing_else()
    {
        var files = new FakeTree().Silent("sys/stuck", _answers, "1").With("sys/fine", "2");
        var (stuck, fine, issues) = new ReadSupervisor(PerFile, Whole).Read(attempt => ReadBoth(files, attempt));
        Assert.Null(stuck);
        Assert.Equal("2", fine);
        Assert.Equal(new ReadIssue("sys/stuck", ReadIssueKind.NoAnswer, "did not answer in time"), Assert.Single(issues));
    }

    [Fact]
    public void Later_reads_leave_it_alone_until_it_has_answered()
    {
        var files = new FakeTree().Silent("sys/stuck", _answers, "1").With("sys/fine", "2");
        var reader = new ReadSupervisor(PerFile, Whole);
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(reader.Read(attempt => ReadBoth(files, attempt)).Stuck);
        }

        Assert.Single(files.ReadPaths, path => path == "sys/stuck");
        _answers.Set();
        Assert.True(SpinWait.SpinUntil(() => reader.Read(attempt => ReadBoth(files, attempt)).Stuck == "1", TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Many_files_that_do_not_answer_hold_few_threads()
    {
        var files = new FakeTree();
        for (var i = 0; i < 50; i++)
        {
            files.Silent($"sys/{i}", _answers);
        }

        var answered = new ReadSupervisor(TimeSpan.FromMilliseconds(1), Whole).Read(attempt =>
        {
            var door = new HostReader(files, attempt);
            return Enumerable.Range(0, 50).Count(i => door.MayBlock($"sys/{i}", () => door.Text($"sys/{i}")) is not null);
        });
        Assert.Equal(0, answered);
        Assert.True(files.ReadPaths.Count <= 8, $"{files.ReadPaths.Count} threads wait");
    }

    [Fact]
    public void However_many_of_one_section_do_not_answer_those_of_another_do()
    {
        var files = new FakeTree().With("sys/config", "1");
        for (var i = 0; i < 20; i++)
        {
            files.Silent($"proc/{i}/cmdline", _answers);
        }

        var config = new ReadSupervisor(TimeSpan.FromMilliseconds(1), Whole).Read(attempt =>
        {
            var door = new HostReader(files, attempt);
            attempt.Enter("processes");
            foreach (var i in Enumerable.Range(0, 20))
            {
                door.MayBlock($"proc/{i}/cmdline", () => door.Text($"proc/{i}/cmdline"));
            }

            attempt.Enter("pci");
            return door.MayBlock("sys/config", () => door.Text("sys/config")) ?? "";
        });
        Assert.Equal("1", config);
    }

    [Fact]
    public void Waiting_where_nobody_expects_it_ends_the_read_and_not_the_program()
    {
        var files = new FakeTree().Silent("sys/stuck", _answers);
        var reader = new ReadSupervisor(PerFile, PerFile);
        for (var i = 0; i < 20; i++)
        {
            Assert.Throws<TimeoutException>(() => reader.Read(attempt => new HostReader(files, attempt).Text("sys/stuck") ?? ""));
        }

        Assert.True(files.ReadPaths.Count <= 8, $"{files.ReadPaths.Count} threads wait");
    }

    [Fact]
    public void What_the_reader_throws_comes_out() =>
        Assert.Throws<InvalidOperationException>(() => new ReadSupervisor(PerFile, Whole).Read<int>(_ => throw new InvalidOperationException()));

    private static (string? Stuck, string? Fine, IReadOnlyList<ReadIssue> Issues) ReadBoth(FakeTree files, ReadAttempt attempt)
    {
        var door = new HostReader(files, attempt);
        return (door.MayBlock("sys/stuck", () => door.Text("sys/stuck")), door.Text("sys/fine"), door.Issues);
    }
}
