using System.Collections.Immutable;
using Passthru.Facts.Values;

namespace Passthru.Tests.Facts.Values;

public sealed class EquatableArrayTests
{
    [Fact]
    public void Arrays_are_equal_when_their_items_are_one_by_one()
    {
        EquatableArray<string> array = ["a", "b"];
        Assert.Equal(array, (EquatableArray<string>)["a", "b"]);
        Assert.Equal<EquatableArray<string>>(array, ImmutableArray.Create("a", "b"));
        Assert.Equal(array.GetHashCode(), ((EquatableArray<string>)["a", "b"]).GetHashCode());
        Assert.True(array != (EquatableArray<string>)["b", "a"]);
        Assert.True(array != (EquatableArray<string>)["a"]);
        Assert.False(array.Equals("a"));
    }

    [Fact]
    public void Items_that_are_records_with_arrays_count_by_what_they_hold() =>
        Assert.Equal<EquatableArray<Holder>>([new Holder([1, 2])], [new Holder([1, 2])]);

    [Fact]
    public void One_that_was_never_set_is_empty()
    {
        EquatableArray<int> array = default;
        Assert.Empty(array);
        Assert.Equal(0, array.Length);
        Assert.True(array == (EquatableArray<int>)[]);
        Assert.Equal(array.GetHashCode(), ((EquatableArray<int>)[]).GetHashCode());
        Assert.Throws<IndexOutOfRangeException>(() => array[0]);
    }

    private sealed record Holder(EquatableArray<int> Numbers);
}
