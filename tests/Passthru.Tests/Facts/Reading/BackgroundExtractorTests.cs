using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Reading;

/// <summary>Large files, read aside.</summary>
public sealed class BackgroundExtractorTests
{
    private static readonly FileVersion Old = new(1, 5, 100, 0);
    private static readonly FileVersion New = new(1, 5, 200, 0);
    private readonly FakeTree _tree = new FakeTree().With("boot/image", "abcde").Refusing("boot/refused", Errno.AccessDenied);
    private int _made;

    [Fact]
    public void A_file_is_read_once_for_each_of_its_states()
    {
        var worker = new BackgroundExtractor(_tree);

        Assert.Equal((true, 5), Take(worker, "boot/image", Old));
        Assert.Equal((true, 5), Take(worker, "boot/image", Old));
        Assert.Equal(1, _made);
        Assert.Equal((true, 5), Take(worker, "boot/image", New));
        Assert.Equal(2, _made);
    }

    [Fact]
    public void A_refusal_is_told_and_tried_again()
    {
        var worker = new BackgroundExtractor(_tree);

        Assert.True(worker.TryTake("boot/refused", Old, Length, out _, out var error));
        Assert.Equal(Errno.AccessDenied, error);
        Assert.True(worker.TryTake("boot/image", Old, Length, out _, out error));
        Assert.Equal(Errno.None, error);
    }

    [Fact]
    public void Nobody_waits_for_a_file_that_takes_its_time()
    {
        using var go = new ManualResetEventSlim();
        var worker = new BackgroundExtractor(_tree);

        Assert.False(worker.TryTake("boot/image", Old, Slowly, out _, out _));
        Assert.False(worker.TryTake("boot/image", Old, Slowly, out _, out _));
        Assert.False(worker.TryTake("boot/image", New, Slowly, out _, out _));
        go.Set();
        Assert.True(SpinWait.SpinUntil(() => worker.TryTake("boot/image", Old, Slowly, out _, out _), TimeSpan.FromSeconds(10)));
        Assert.Equal(1, _made);

        byte[] Slowly(Stream content)
        {
            go.Wait();
            return Length(content);
        }
    }

    private (bool Done, int? Length) Take(BackgroundExtractor worker, string path, FileVersion version)
    {
        var done = worker.TryTake(path, version, Length, out var digest, out var error);
        Assert.Equal(Errno.None, error);
        return (done, digest?[0]);
    }

    private byte[] Length(Stream content)
    {
        Interlocked.Increment(ref _made);
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return [(byte)copy.Length];
    }
}
