using Passthru.Facts.Reading;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>A directory with one <c>NAME.xml</c> for each domain. Directories in it (networks, autostart, snapshots) are not looked into.</summary>
internal sealed class DomainFolder
{
    private const string Extension = ".xml";

    /// <summary>More than one host runs; what lies beyond is left out and told.</summary>
    private const int MaxDomains = 1024;

    private readonly Dictionary<string, DomainFile> _domains = [];

    private DomainFolder(IReadOnlyList<string>? names) => Names = names?.ToHashSet();

    /// <summary>What is in it; null where there is none, or when that can't be seen.</summary>
    public IReadOnlySet<string>? Names { get; }

    /// <summary>Something in it, or all of it, could not be read.</summary>
    public bool HasTrouble { get; private set; }

    public IReadOnlyDictionary<string, DomainFile> Domains => _domains;

    /// <param name="files">The door to the host.</param>
    /// <param name="directory">Null: there is none to look at.</param>
    public static DomainFolder Read(HostReader files, string? directory)
    {
        var before = files.Issues.Count;
        var folder = new DomainFolder(directory is null ? null : files.Names(directory));
        folder.ReadDomains(files, directory ?? "");
        folder.HasTrouble = files.Issues.Count > before;
        return folder;
    }

    /// <summary>There is a file for the domain, whether or not it can be read.</summary>
    public bool Has(string name) => Names?.Contains(name + Extension) == true;

    private void ReadDomains(HostReader files, string directory)
    {
        var names = (Names ?? new HashSet<string>()).Where(name => name.EndsWith(Extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        if (names.Count > MaxDomains)
        {
            files.ReportUnresolved(directory, $"{names.Count} domains, {MaxDomains} taken");
        }

        foreach (var domain in names.Take(MaxDomains).Select(name => DomainFile.Read(files, $"{directory}/{name}")).OfType<DomainFile>())
        {
            _domains.TryAdd(domain.Name, domain);
        }
    }
}
