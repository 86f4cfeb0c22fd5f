using System.Diagnostics;
using System.Net.Sockets;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Systemd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Systemd;

/// <summary>A real bus, with somebody in place of systemd, with nobody, and with what never answers.</summary>
public sealed class DBusUnitsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Units_that_match_come_with_their_state()
    {
        using var bus = await PrivateBus.Start();
        await bus.Systemd("110.scope=active", "machine-qemu\\x2d1\\x2dwin.scope=active", "pvedaemon.service=failed", "ssh.service=active", "driverctl@0000:01:00.0.service=inactive");
        var (facts, issues) = Read(new DBusUnits(Enough, bus.Address), "ssh.serv*");

        Assert.Empty(issues);
        Assert.Null(facts!.Off);
        Assert.Equal(
            [
                new SystemdUnit("110.scope", "active"),
                new SystemdUnit("driverctl@0000:01:00.0.service", "inactive"),
                new SystemdUnit("machine-qemu\\x2d1\\x2dwin.scope", "active"),
                new SystemdUnit("pvedaemon.service", "failed"),
                new SystemdUnit("ssh.service", "active"),
            ],
            facts.Units);
    }

    [Fact]
    public async Task Units_that_nobody_asked_for_stay_away()
    {
        using var bus = await PrivateBus.Start();
        await bus.Systemd("ssh.service=active", "dbus.socket=active", "multi-user.target=active");

        Assert.Empty(Read(new DBusUnits(Enough, bus.Address)).Facts!.Units);
    }

    [Fact]
    public async Task A_thousand_units_arrive()
    {
        using var bus = await PrivateBus.Start();
        await bus.Systemd(Enumerable.Range(0, 1000).Select(number => $"{number}.scope=active"));

        Assert.Equal(1000, Read(new DBusUnits(Enough, bus.Address)).Facts!.Units.Length);
    }

    [Fact]
    public async Task A_systemd_that_comes_later_is_asked_then_and_no_connection_is_left_behind()
    {
        using var bus = await PrivateBus.Start();
        var source = new DBusUnits(Enough, bus.Address);
        var (facts, issues) = Read(source);
        Assert.Contains("NameHasNoOwner", facts!.Off, StringComparison.Ordinal);
        Assert.Empty(issues);

        await bus.Systemd("110.scope=active");
        for (var read = 0; read < 50; read++)
        {
            Assert.Single(Read(source).Facts!.Units);
        }

        for (var tries = 0; tries < 100 && bus.ConnectionLimiter > 1; tries++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, bus.ConnectionLimiter);
    }

    [Fact]
    public async Task A_refusal_is_an_issue()
    {
        using var bus = await PrivateBus.Start();
        await bus.SystemdThatRefuses();
        var (facts, issues) = Read(new DBusUnits(Enough, bus.Address));

        Assert.Null(facts);
        Assert.Contains("AccessDenied", Assert.Single(issues).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frozen_systemd_costs_no_more_than_the_limit()
    {
        using var bus = await PrivateBus.Start();
        (await bus.Systemd("110.scope=active")).Freeze();

        CheckNoAnswer(new DBusUnits(Limit, bus.Address));
    }

    [Fact]
    public async Task A_frozen_systemd_that_goes_on_answers_again()
    {
        using var bus = await PrivateBus.Start();
        var systemd = await bus.Systemd("110.scope=active");
        var source = new DBusUnits(Limit, bus.Address);
        systemd.Freeze();
        CheckNoAnswer(source);

        systemd.Thaw();
        Assert.Single(Read(new DBusUnits(Enough, bus.Address)).Facts!.Units);
    }

    [Fact]
    public void A_bus_that_accepts_and_never_lets_in_costs_no_more_than_the_limit()
    {
        using var directory = new TemporaryDirectory();
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        silent.Bind(new UnixDomainSocketEndPoint($"{directory.Path}/bus"));
        silent.Listen(4);

        CheckNoAnswer(new DBusUnits(Limit, $"unix:path={directory.Path}/bus"));
        using var abandoned = silent.Accept();
        ReadToTheEnd(abandoned);
    }

    [Fact]
    public void A_bus_whose_queue_is_full_is_not_waited_for()
    {
        using var directory = new TemporaryDirectory();
        var address = new UnixDomainSocketEndPoint($"{directory.Path}/bus");
        using var full = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        full.Bind(address);
        full.Listen(0);
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        first.Connect(address);

        CheckNoAnswer(new DBusUnits(Limit, $"unix:path={directory.Path}/bus"));
    }

    [Fact]
    public async Task A_peer_that_speaks_something_else_is_an_issue()
    {
        using var directory = new TemporaryDirectory();
        using var strange = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        strange.Bind(new UnixDomainSocketEndPoint($"{directory.Path}/bus"));
        strange.Listen(4);
        var answering = AnswerOnce(strange);
        var (facts, issues) = Read(new DBusUnits(Enough, $"unix:path={directory.Path}/bus"));
        await answering;

        Assert.Null(facts);
        Assert.Single(issues);
    }

    [Fact]
    public void Without_a_bus_there_is_nobody_to_ask_and_nothing_wrong()
    {
        using var directory = new TemporaryDirectory();
        CheckOff(new DBusUnits(Enough, $"unix:path={directory.Path}/bus"));

        using (var gone = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            gone.Bind(new UnixDomainSocketEndPoint($"{directory.Path}/gone"));
        }

        File.WriteAllText($"{directory.Path}/file", "");
        CheckOff(new DBusUnits(Enough, $"unix:path={directory.Path}/file"));
        CheckOff(new DBusUnits(Enough, $"unix:path={directory.Path}/file/bus"));
    }

    [Fact]
    public void An_address_of_an_unknown_kind_leads_to_nobody() => CheckOff(new DBusUnits(Enough, "carrier-pigeon:loft=3"));

    [Theory]
    [InlineData("active", true)]
    [InlineData("reloading", true)]
    [InlineData("refreshing", true)]
    [InlineData("activating", false)]
    [InlineData("deactivating", false)]
    [InlineData("inactive", false)]
    [InlineData("failed", false)]
    public void A_unit_is_active_while_it_runs(string state, bool isActive) => Assert.Equal(isActive, new SystemdUnit("110.scope", state).IsActive);

    private static async Task AnswerOnce(Socket listening)
    {
        using var client = await listening.AcceptAsync();
        await client.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
    }

    /// <summary>Throws where the client does not close its end.</summary>
    private static void ReadToTheEnd(Socket client)
    {
        client.ReceiveTimeout = (int)Enough.TotalMilliseconds;
        while (client.Receive(new byte[256]) > 0)
        {
        }
    }

    private static void CheckOff(IUnitSource source)
    {
        var (facts, issues) = Read(source);
        Assert.NotEmpty(facts!.Off!);
        Assert.Empty(facts.Units);
        Assert.Empty(issues);
    }

    private static void CheckNoAnswer(IUnitSource source)
    {
        var clock = Stopwatch.StartNew();
        var (facts, issues) = Read(source);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Limit + TimeSpan.FromSeconds(2));
        Assert.Null(facts);
        Assert.Equal(ReadIssueKind.NoAnswer, Assert.Single(issues).Kind);
    }

    private static (SystemdFacts? Facts, IReadOnlyList<ReadIssue> Issues) Read(IUnitSource source, params IReadOnlyList<string> wanted)
    {
        var files = new HostReader(new FakeTree(), ReadAttempt.Unlimited);
        return (SystemdReader.Read(files, new UnitQuery(source, wanted)), files.Issues);
    }
}
