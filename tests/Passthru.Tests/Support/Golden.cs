using System.Runtime.CompilerServices;

namespace Passthru.Tests.Support;

/// <summary>
/// Text that was read by a person once and must not change unseen. <c>UPDATE_GOLDEN=1</c> writes what comes out now; a file that is
/// missing fails, so that nothing is accepted by being new.
/// </summary>
internal static class Golden
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    /// <summary>The folder of the repository.</summary>
    public static string Repository { get; } = Find();

    public static void Check(string path, string actual)
    {
        var file = Path.Join(Repository, path);
        if (Update)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"{path} is missing; UPDATE_GOLDEN=1 writes it");
        Assert.Equal(File.ReadAllText(file), actual);
    }

    private static string Find([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Join(Path.GetDirectoryName(thisFile), "../../.."));
}
