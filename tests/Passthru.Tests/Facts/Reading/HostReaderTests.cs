using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Reading;

public sealed class HostReaderTests
{
    private static HostReader Door(FakeTree files) => new(files, ReadAttempt.Unlimited);

    [Fact]
    public void A_missing_file_is_null_and_no_issue()
    {
        var door = Door(new FakeTree());
        Assert.Null(door.Text("sys/x"));
        Assert.Null(door.Value<int>("sys/x", Number.TryParse));
        Assert.Null(door.Bytes("sys/x", 10));
        Assert.Null(door.Names("sys"));
        Assert.Null(door.Link("sys/x"));
        Assert.Null(door.Identity("sys/x"));
        Assert.False(door.Exists("sys/x"));
        Assert.False(door.Scan("sys/x", _ => LineVerdict.Skip));
        Assert.Empty(door.Issues);
    }

    [Theory]
    [InlineData(Errno.NoSuchDevice)]
    [InlineData(Errno.NoSuchProcess)]
    [InlineData(Errno.NotADirectory)]
    public void What_went_away_between_listing_and_reading_is_missing(Errno error)
    {
        var door = Door(new FakeTree().Refusing("sys/x", error));
        Assert.Null(door.Text("sys/x"));
        Assert.Empty(door.Issues);
    }

    [Theory]
    [InlineData(Errno.AccessDenied, "permission denied")]
    [InlineData(Errno.InputOutput, "input/output error")]
    [InlineData(Errno.InvalidArgument, "invalid argument")]
    public void What_the_kernel_refuses_is_null_and_an_issue(Errno error, string words)
    {
        var door = Door(new FakeTree().Refusing("sys/x", error));
        Assert.Null(door.Value<int>("sys/x", Number.TryParse));
        Assert.Equal(new ReadIssue("sys/x", ReadIssueKind.Unreadable, words), Assert.Single(door.Issues));
    }

    [Fact]
    public void What_is_not_understood_is_null_and_an_issue_that_shows_its_start()
    {
        var door = Door(new FakeTree().With("sys/x", new string('z', 4000)));
        Assert.Null(door.Value<int>("sys/x", Number.TryParse));
        var issue = Assert.Single(door.Issues);
        Assert.Equal(ReadIssueKind.Malformed, issue.Kind);
        Assert.Equal($"not understood: \"{new string('z', 40)}\"", issue.Detail);
    }

    [Fact]
    public void An_empty_file_says_nothing()
    {
        var door = Door(new FakeTree().With("sys/x", "\n"));
        Assert.Null(door.Value<int>("sys/x", Number.TryParse));
        Assert.Empty(door.Issues);
    }

    [Fact]
    public void White_space_around_a_value_is_no_part_of_it() => Assert.Equal(7, Door(new FakeTree().With("sys/x", " 7\n")).Value<int>("sys/x", Number.TryParse));

    [Fact]
    public void A_file_that_is_too_long_is_an_issue_and_not_a_part_of_it()
    {
        var door = Door(new FakeTree().With("sys/x", "12345"));
        Assert.Equal(5, door.Bytes("sys/x", 5)?.Length);
        Assert.Null(door.Bytes("sys/x", 4));
        Assert.Equal("larger than expected", Assert.Single(door.Issues).Detail);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_read_without_harm()
    {
        var door = Door(new FakeTree().With("sys/x", [0xff, 0x00, 0xc3, 0x28]));
        Assert.NotNull(door.Text("sys/x"));
        Assert.Null(door.Value<int>("sys/x", Number.TryParse));
    }

    [Fact]
    public void Names_are_sorted() => Assert.Equal(["a", "b"], Door(new FakeTree().With("d/b", "").With("d/a", "")).Names("d"));

    [Fact]
    public void The_name_of_a_link_is_its_last_component() =>
        Assert.Equal("vfio-pci", Door(new FakeTree().WithLink("d/driver", "../../bus/pci/drivers/vfio-pci")).LinkName("d/driver"));
}
