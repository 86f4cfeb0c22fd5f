namespace Passthru.Tests.Hosts;

/// <summary>
/// Not a test: writes a fixture host, or a <see cref="ScaledHost"/>, where <c>HOST_DIRECTORY</c> says, to be looked at or measured with:
/// <c>HOST=laptop HOST_DIRECTORY=/tmp/laptop artifacts/bin/Passthru.Tests/debug/Passthru.Tests -class '*.WriteOut' -explicit only</c>.
/// </summary>
public sealed class WriteOut
{
    [Fact(Explicit = true)]
    public void Writes_a_host()
    {
        var host = Environment.GetEnvironmentVariable("HOST");
        var directory = Environment.GetEnvironmentVariable("HOST_DIRECTORY");
        Assert.NotNull(host);
        Assert.NotNull(directory);
        (ScaledHost.Named(host)?.Build() ?? WrittenHost.TreeNamed(host)).WriteTo(directory);
    }
}
