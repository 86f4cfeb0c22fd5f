namespace Passthru.Facts.Reading;

/// <summary>A file that exists and told nothing: where, and why in a few words.</summary>
/// <param name="Path">Relative to the root: <c>sys/devices/pci0000:00/0000:00:02.0/class</c>.</param>
/// <param name="Kind">What went wrong.</param>
/// <param name="Detail">The kernel's error, or the start of what was not understood.</param>
public sealed record ReadIssue(string Path, ReadIssueKind Kind, string Detail)
{
    /// <summary>Nothing was said; what was said and not understood is none.</summary>
    public bool IsRefusal => Kind is ReadIssueKind.Unreadable or ReadIssueKind.NoAnswer;
}

/// <summary>The ways in which a file that exists can fail to tell.</summary>
public enum ReadIssueKind
{
    /// <summary>The kernel refused or failed.</summary>
    Unreadable,

    /// <summary>It was read and is not what its format says.</summary>
    Malformed,

    /// <summary>It did not answer in time, or was left alone because it has not answered before.</summary>
    NoAnswer,

    /// <summary>The capture was taken by a program that did not ask for it: whether the host has it is not known, and nothing failed.</summary>
    NotCaptured,

    /// <summary>It was understood, and names something that no file tells more of.</summary>
    Unresolved,

    /// <summary>Everything was read, and what it speaks of is beyond this program: the operator is told, and nothing is wrong.</summary>
    Limit,
}
