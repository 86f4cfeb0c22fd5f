namespace Passthru.Tests.Hosts;

/// <summary>A host as a directory, for as long as a test needs it.</summary>
internal sealed class WrittenHost : IDisposable
{
    public WrittenHost(HostTree tree)
    {
        Root = Directory.CreateTempSubdirectory("passthru-host-").FullName;
        tree.WriteTo(Root);
    }

    public static WrittenHost Named(string name) => new(TreeNamed(name));

    public static HostTree TreeNamed(string name) =>
        AllHosts.Names.Contains(name) ? AllHosts.Build(name)
        : UsedHosts.Names.Contains(name) ? UsedHosts.Build(name)
        : OwnedHosts.Build(name);

    /// <summary>What stands for "/".</summary>
    public string Root { get; }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
