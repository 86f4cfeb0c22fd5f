using System.Runtime.CompilerServices;
using System.Text;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.Reading;

/// <summary>Understands a text, or says that it is not one of its kind. Never throws.</summary>
public delegate bool TextParser<T>(ReadOnlySpan<char> text, out T value);

/// <summary>
/// The one door to the host. A file that is not there is null and nothing more; one that can't be read or understood is null
/// and a <see cref="ReadIssue"/>. Every read is bounded in bytes; those that may block stand in <see cref="MayBlock{T}"/>.
/// </summary>
public sealed class HostReader(IFileTree tree, ReadAttempt attempt)
{
    /// <summary>What an attribute of sysfs can hold at most: one page.</summary>
    public const int Page = 4096;

    private readonly List<ReadIssue> _issues = [];
    private readonly string _directory = "";

    private readonly HostReader? _root;

    private HostReader(IFileTree tree, ReadAttempt attempt, List<ReadIssue> issues, string directory, HostReader? root = null)
        : this(tree, attempt)
    {
        _issues = issues;
        _directory = directory;
        _root = root;
    }

    /// <summary>The same host, not from one directory on, with issues of its own.</summary>
    public HostReader Root => (_root ?? this).WithOwnIssues();

    /// <summary>What could not be read so far.</summary>
    public IReadOnlyList<ReadIssue> Issues => _issues;

    /// <summary>The same files with issues of their own: for what is refused a thousand times for one reason, which the reader tells once.</summary>
    public HostReader WithOwnIssues() => new(tree, attempt, [], _directory, _root);

    /// <summary>
    /// Reads in one directory, which is looked up once: paths are relative to it, and an empty one is the directory itself. Where
    /// it is not there, nothing in it is.
    /// </summary>
    public T In<T>(string directory, Func<HostReader, T> read)
    {
        using var opened = tree.Enter(directory);
        return read(new HostReader(opened, attempt, _issues, Whole(directory), _root ?? this));
    }

    /// <summary>The text of a file without the white space around it, up to one page.</summary>
    [SkipLocalsInit]
    public string? Text(string path)
    {
        Span<byte> buffer = stackalloc byte[Page];
        var read = tree.Read(path, buffer);
        return Answered(path, read) ? Encoding.UTF8.GetString(buffer[..read].TrimEnd((byte)'\n')).Trim() : null;
    }

    /// <summary>The text of a file as it stands, up to <paramref name="limit"/> bytes; what is longer is an issue, not a part.</summary>
    public string? LongText(string path, int limit) => Parsed(path, limit, bytes => Encoding.UTF8.GetString(bytes));

    /// <summary>The first bytes of a file as text; the rest is not wanted.</summary>
    [SkipLocalsInit]
    public string? Start(string path)
    {
        Span<byte> buffer = stackalloc byte[2 * Page];
        var read = tree.Read(path, buffer);
        return Answered(path, read) ? Encoding.UTF8.GetString(buffer[..read]) : null;
    }

    /// <summary>The first bytes of a file, as many as the buffer holds; how many there were. The rest is not wanted.</summary>
    public int? Start(string path, Span<byte> buffer)
    {
        var read = tree.Read(path, buffer);
        return Answered(path, read) ? read : null;
    }

    /// <summary>What a one-line file says, as <paramref name="parse"/> understands it; an empty one says nothing, as in captures that keep only names.</summary>
    [SkipLocalsInit]
    public T? Value<T>(string path, TextParser<T> parse)
        where T : struct
    {
        Span<byte> buffer = stackalloc byte[Page];
        return Value(path, buffer, tree.Read(path, buffer), parse);
    }

    /// <summary>
    /// The same of a file that is for its owner alone and that something else tells of too: a refusal is null, and no issue.
    /// </summary>
    [SkipLocalsInit]
    public T? ValueIfPermitted<T>(string path, TextParser<T> parse)
        where T : struct
    {
        Span<byte> buffer = stackalloc byte[Page];
        var read = tree.Read(path, buffer);
        return read is -(int)Errno.AccessDenied or -(int)Errno.NotPermitted ? null : Value(path, buffer, read, parse);
    }

    /// <summary>The bytes of a file, up to <paramref name="limit"/>; one that is longer is an issue.</summary>
    public byte[]? Bytes(string path, int limit) => Parsed(path, limit, bytes => bytes.ToArray());

    /// <summary>What <paramref name="parse"/> makes of the bytes of a file, up to <paramref name="limit"/>; one that is longer is an issue.</summary>
    [SkipLocalsInit]
    public T? Parsed<T>(string path, int limit, Func<ReadOnlySpan<byte>, T?> parse)
        where T : class
    {
        // Nearly every file fits onto the stack; for one that does not a buffer is made, larger only as far as it has to be.
        Span<byte> buffer = stackalloc byte[2 * Page];
        var read = tree.Read(path, buffer);
        while (read == buffer.Length && read <= limit)
        {
            buffer = new byte[(int)Math.Min(8L * buffer.Length, limit + 1L)];
            read = tree.Read(path, buffer);
        }

        if (!Answered(path, read))
        {
            return null;
        }

        if (read <= limit)
        {
            return parse(buffer[..read]);
        }

        Add(path, ReadIssueKind.Unreadable, Errno.FileTooLarge.Message());
        return null;
    }

    /// <summary>The names in a directory, sorted; null where there is none.</summary>
    public IReadOnlyList<string>? Names(string path)
    {
        var names = List(path);
        names?.Sort(string.CompareOrdinal);
        return names;
    }

    /// <summary>The names in a directory, to ask for one; null where there is none.</summary>
    public IReadOnlySet<string>? NameSet(string path) => List(path) is { } names ? new HashSet<string>(names) : null;

    /// <summary>Where a symbolic link points, as written; null for what is no link.</summary>
    public string? Link(string path)
    {
        var error = tree.Link(path, out var target);
        return error != Errno.InvalidArgument && Answered(path, -(int)error) ? target : null;
    }

    /// <summary>The last component of where a symbolic link points: the driver of <c>…/driver</c>, the group of <c>…/iommu_group</c>.</summary>
    public string? LinkName(string path) => Link(path) is { } target ? target[(target.LastIndexOf('/') + 1)..] : null;

    /// <summary>Whether something of that name is there; null when that can't be told.</summary>
    public bool? Exists(string path)
    {
        var error = tree.StatIdentity(path, out _);
        return error.IsAbsent() ? false : Answered(path, -(int)error) ? true : null;
    }

    /// <summary>Something of that name is known to be there: for what few hosts have, and captures from before it was asked for do not tell of.</summary>
    public bool IsThere(string path) => tree.StatIdentity(path, out _) == Errno.None;

    /// <summary>What tells this file from a later one of the same name; null where there is none.</summary>
    public FileIdentity? Identity(string path) =>
        Answered(path, -(int)tree.StatIdentity(path, out var identity)) ? identity : null;

    /// <summary>What tells this state of a file from a later one; null where there is none.</summary>
    public FileVersion? Version(string path) =>
        Answered(path, -(int)tree.StatVersion(path, out var version)) ? version : null;

    /// <summary>The same of a file that captures from before it was asked for do not tell of: there it is null, and no issue.</summary>
    public FileVersion? VersionIfCaptured(string path)
    {
        var error = tree.StatVersion(path, out var version);
        return error != Errno.NotInCapture && Answered(path, -(int)error) ? version : null;
    }

    /// <summary>Kind, permissions and device number of a file; null where there is none, or it can't be looked at.</summary>
    public FileNode? Node(string path) => Answered(path, -(int)tree.StatNode(path, out var node)) ? node : null;

    /// <summary>The little that is wanted of a large file; null where there is none, or it can't be read.</summary>
    public byte[]? Extract(string path, StreamExtract digest)
    {
        byte[] kept = [];
        return Answered(path, -(int)tree.Extract(path, content => kept = digest(content))) ? kept : null;
    }

    /// <summary>Looks through a file line by line. False: there is none, or it can't be read.</summary>
    public bool Scan(string path, LineFilter filter) => Answered(path, -(int)tree.Scan(path, filter));

    /// <summary>
    /// Reads that may wait for the device rather than for the kernel. One that has not come back by the time limit, now or from
    /// an earlier try, answers null and an issue.
    /// </summary>
    public T? MayBlock<T>(string path, Func<T?> read)
        where T : class
    {
        if (!attempt.TryEnter(Whole(path)))
        {
            NoAnswer(path);
            return null;
        }

        var value = read();
        attempt.Leave();
        return value;
    }

    /// <summary>Reads, and says whether all of it that exists could be read and understood.</summary>
    public T Noting<T>(Func<T> read, out bool isWhole)
    {
        var before = _issues.Count;
        var value = read();
        isWhole = _issues.Count == before;
        return value;
    }

    /// <summary>Nothing below a directory was refused or left without an answer so far.</summary>
    public bool AllAnswered(string below) => !_issues.Exists(issue => issue.IsRefusal && issue.Path.StartsWith(Whole(below), StringComparison.Ordinal));

    /// <summary>What could not be read or understood since there were <paramref name="before"/> issues: paths relative to this directory.</summary>
    public EquatableArray<string> UnresolvedSince(int before) => RelativePaths(_issues.Skip(before));

    /// <summary>Of that what was refused, or did not answer.</summary>
    public EquatableArray<string> RefusedSince(int before) => RelativePaths(_issues.Skip(before).Where(issue => issue.IsRefusal));

    /// <summary>Says that a file was read, and that what it speaks of is beyond this program.</summary>
    public void Limit(string path, string what) => Add(path, ReadIssueKind.Limit, Cut(what));

    /// <summary>Says that something did not answer within its time limit.</summary>
    public void NoAnswer(string path) => Add(path, ReadIssueKind.NoAnswer, "did not answer in time");

    /// <summary>Says that a file was read and makes no sense.</summary>
    public void ReportMalformed(string path, ReadOnlySpan<char> text)
    {
        const int longest = 40;
        Add(path, ReadIssueKind.Malformed, $"not understood: \"{text[..Math.Min(text.Length, longest)]}\"");
    }

    /// <summary>Says that a file was read, and that what it speaks of can't be followed to where it matters.</summary>
    public void ReportUnresolved(string path, string what) => Add(path, ReadIssueKind.Unresolved, Cut(what));

    /// <summary>Says that somebody else could not read a file.</summary>
    internal void CannotRead(string path, Errno error) => Answered(path, -(int)error);

    private static string Cut(string what)
    {
        const int longest = 300;
        return what[..Math.Min(what.Length, longest)];
    }

    private List<string>? List(string path)
    {
        var names = new List<string>();
        if (!Answered(path, -(int)tree.List(path, names)))
        {
            return null;
        }

        if (names.Count > IFileTree.MaxNames)
        {
            Add(path, ReadIssueKind.Unreadable, $"more than {IFileTree.MaxNames} entries");
            names.RemoveRange(IFileTree.MaxNames, names.Count - IFileTree.MaxNames);
        }

        return names;
    }

    [SkipLocalsInit]
    private T? Value<T>(string path, ReadOnlySpan<byte> buffer, int read, TextParser<T> parse)
        where T : struct
    {
        if (!Answered(path, read))
        {
            return null;
        }

        Span<char> text = stackalloc char[Page];
        ReadOnlySpan<char> line = text[..Encoding.UTF8.GetChars(buffer[..read], text)];
        line = line.Trim();
        if (line.IsEmpty)
        {
            return null;
        }

        if (parse(line, out var value))
        {
            return value;
        }

        ReportMalformed(path, line);
        return null;
    }

    private EquatableArray<string> RelativePaths(IEnumerable<ReadIssue> issues) =>
    [
        .. issues.Where(issue => issue.Path.StartsWith(_directory, StringComparison.Ordinal))
            .Select(issue => issue.Path[_directory.Length..].TrimStart('/'))
            .Distinct(),
    ];

    private bool Answered(string path, int result)
    {
        if (result >= 0)
        {
            return true;
        }

        var error = (Errno)(-result);
        if (!error.IsAbsent())
        {
            Add(path, error == Errno.NotInCapture ? ReadIssueKind.NotCaptured : ReadIssueKind.Unreadable, error.Message());
        }

        return false;
    }

    private void Add(string path, ReadIssueKind kind, string detail) => _issues.Add(new ReadIssue(Whole(path), kind, detail));

    private string Whole(string path) => _directory.Length == 0 ? path : path.Length == 0 ? _directory : $"{_directory}/{path}";
}
