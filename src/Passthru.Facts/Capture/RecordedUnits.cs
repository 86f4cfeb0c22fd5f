using System.Collections.Immutable;
using System.Text;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Systemd;

namespace Passthru.Facts.Capture;

/// <summary>
/// What systemd answered, as a capture keeps it: a bus has no file form. The first line is the outcome with its reason, each other
/// one a unit with its state.
/// </summary>
public sealed class RecordedUnits : IUnitSource
{
    /// <summary>At the top of a capture.</summary>
    public const string FileName = "passthru-units.txt";

    private const int Largest = 4 * 1024 * 1024;
    private readonly UnitAnswer _answer;

    private RecordedUnits(UnitAnswer answer) => _answer = answer;

    /// <summary>Null: the tree is no capture of a host that was asked.</summary>
    public static RecordedUnits? In(IFileTree tree) =>
        new HostReader(tree, ReadAttempt.Unlimited).LongText(FileName, Largest) is { } text ? new RecordedUnits(Parse(text)) : null;

    /// <summary>The answer as it was, whatever is asked for.</summary>
    public UnitAnswer List(IReadOnlyList<string> patterns) => _answer;

    /// <param name="answer">What was answered.</param>
    /// <param name="isShown">Leaves out units whose names tell too much.</param>
    internal static byte[] Write(UnitAnswer answer, Func<SystemdUnit, bool> isShown)
    {
        var lines = answer.Units.Where(isShown).Select(unit => $"{unit.Name} {unit.ActiveState}");
        return Encoding.UTF8.GetBytes(string.Join('\n', [$"{answer.Outcome} {answer.Reason}", .. lines, ""]));
    }

    private static UnitAnswer Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var head = (lines.FirstOrDefault() ?? "").Split(' ', 2);
        var units = lines.Skip(1).Select(line => line.Split(' ')).Where(parts => parts.Length == 2).Select(parts => new SystemdUnit(parts[0], parts[1]));
        return Enum.TryParse<UnitOutcome>(head[0], out var outcome) && Enum.IsDefined(outcome)
            ? new UnitAnswer(outcome, outcome == UnitOutcome.Listed ? units.ToImmutableArray() : [], head.Length > 1 ? head[1] : "")
            : UnitAnswer.Without(UnitOutcome.Refused, $"{FileName} is not understood");
    }
}

/// <summary>Passes the question on and keeps the answer, to be written down in a capture.</summary>
public sealed class RecordingUnits(IUnitSource source) : IUnitSource
{
    private UnitAnswer? _answer;

    public UnitAnswer List(IReadOnlyList<string> patterns) => _answer = source.List(patterns);

    /// <summary>Null: nobody has asked.</summary>
    /// <param name="withVms">Keep scopes that systemd-machined names after virtual machines.</param>
    public byte[]? Written(bool withVms) =>
        _answer is null ? null : RecordedUnits.Write(_answer, unit => withVms || !unit.Name.StartsWith("machine-", StringComparison.Ordinal));
}
