using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Errors;

public sealed class LimitTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("[", "")]
    [InlineData("a{", "")]
    [InlineData("[{b:", "")]
    [InlineData("a.", "b=1")]
    [InlineData("{a += [", "")]
    public void Depth_is_bounded(string again, string end)
    {
        foreach (var times in new[] { 200, 100_000 })
            Assert.Contains("at most 100 objects and lists within each other", Reads.Error(string.Concat(Enumerable.Repeat(again, times)) + end), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_objects_within_each_other_are_fine()
    {
        var deep = string.Concat(Enumerable.Repeat("{a:", 99)) + "1" + new string('}', 99);

        Assert.Equal(99, Reads.Json(deep).Count(c => c == '{'));
    }

    [Fact]
    public void Depth_is_bounded_after_substitutions_too()
    {
        var text = string.Join('\n', Enumerable.Range(0, 120).Select(i => $"x{i} {{ y = ${{x{i + 1}}} }}")) + "\nx120 = 1";

        Assert.Contains("within each other after all substitutions", Reads.Error(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_billion_laughs_are_bounded()
    {
        var lists = "a0 = [ha]\n" + string.Join('\n', Enumerable.Range(0, 30).Select(i => $"a{i + 1} = [{string.Join(',', Enumerable.Repeat($"${{a{i}}}", 10))}]"));
        var texts = "a0 = haha\n" + string.Join('\n', Enumerable.Range(0, 60).Select(i => $"a{i + 1} = ${{a{i}}}${{a{i}}}"));
        var joined = "a0 = [ha]\n" + string.Join('\n', Enumerable.Range(0, 60).Select(i => $"a{i + 1} = ${{a{i}}}${{a{i}}}"));
        var objects = "a0 = {x=1}\n" + string.Join('\n', Enumerable.Range(0, 60).Select(i => $"a{i + 1} {{ l = ${{a{i}}}, r = ${{a{i}}} }}"));

        Assert.Contains("at most 250000 values", Reads.Error(lists), StringComparison.Ordinal);
        Assert.Contains("at most 16777216 characters", Reads.Error(texts), StringComparison.Ordinal);
        Assert.Contains("expected", Reads.Error(joined), StringComparison.Ordinal);
        Assert.Contains("expected", Reads.Error(objects), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_copies_of_a_long_text_are_bounded()
    {
        var text = $"a = {new string('x', 1_000_000)}\nl = [{string.Join(',', Enumerable.Repeat("${a}", 100))}]";

        Assert.Contains("at most 16777216 characters", Reads.Error(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Chains_of_substitutions_are_bounded()
    {
        var chain = string.Join('\n', Enumerable.Range(0, 100_000).Select(i => $"x{i} = ${{x{i + 1}}}")) + "\nx100000 = 1";
        var backward = "a = x\n" + string.Concat(Enumerable.Repeat("a = ${a}x\n", 100_000));

        Assert.Contains("at most 250 substitutions that lead to each other", Reads.Error(chain), StringComparison.Ordinal);
        Assert.Contains("at most 250 substitutions that lead to each other", Reads.Error(backward), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_resolved_in_a_costly_way_is_bounded()
    {
        var wide = string.Join(',', Enumerable.Range(0, 2_000).Select(i => $"k{i}=1"));
        var text = $"a {{ {wide} }}\n" + string.Join('\n', Enumerable.Range(0, 10_000).Select(i => $"b = ${{a}} {{ x = {i} }}"));

        var manyLooks = string.Concat(Enumerable.Repeat("a=${?q}\n", 200_000)) + "a = " + string.Concat(Enumerable.Repeat("${?a}", 100_000));

        Assert.Contains("steps", Assert.Throws<HoconException>(() => HoconDocument.ParseText(text)).Message, StringComparison.Ordinal);
        Assert.Contains("steps", Reads.Error(manyLooks), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_bounded_in_size()
    {
        _folder.Write("a.conf", "a = " + new string('x', 100));

        Assert.Equal("a.conf: expected at most 50 bytes, found more", _folder.Error("a.conf", With(limits => limits with { FileBytesMax = 50 })));
        Assert.Contains("at most 50 characters", Assert.Throws<HoconException>(
            () => HoconDocument.ParseText(new string(' ', 51), options: With(limits => limits with { FileBytesMax = 50 }))).Message, StringComparison.Ordinal);
        Assert.StartsWith("{", HoconDocument.ParseFile(_folder.PathOf("a.conf"), With(limits => limits with { FileBytesMax = 104 })).ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_bounded_in_size_together()
    {
        _folder.Write("a.conf", "include \"b.conf\"\ninclude \"b.conf\"");
        _folder.Write("b.conf", "b = " + new string('x', 40));

        Assert.Equal("a.conf:2:1: expected at most 100 bytes in all files, found more", _folder.Error("a.conf", With(limits => limits with { AllFilesBytesMax = 100 })));
    }

    [Fact]
    public void Keys_of_properties_are_bounded_in_depth()
    {
        _folder.Write("a.properties", "a=1\nb" + new string('.', 100) + "=1");

        Assert.Equal("a.properties:2:102: expected at most 100 keys within each other, found more", _folder.Error("a.properties"));
    }

    [Fact]
    public void A_device_without_an_end_is_bounded()
    {
        if (!OperatingSystem.IsLinux())
            return;

        Assert.Equal("/dev/zero: expected at most 4194304 bytes, found more", Assert.Throws<HoconException>(() => HoconDocument.ParseFile("/dev/zero")).Message);
    }

    [Fact]
    public void Files_that_include_each_other_are_bounded()
    {
        for (var i = 0; i < 30; i++)
            _folder.Write($"f{i}.conf", $"include \"f{i + 1}.conf\"");

        Assert.Equal("f20.conf:1:1: expected at most 20 files that include each other in a row, found more", _folder.Error("f0.conf"));
    }

    [Fact]
    public void Files_are_bounded_in_number()
    {
        for (var i = 0; i < 10; i++)
            _folder.Write($"f{i}.conf", i == 9 ? "x = 1" : $"a {{ include \"f{i + 1}.conf\" }}, b {{ include \"f{i + 1}.conf\" }}");

        Assert.Contains("expected at most 200 files in all, found more", _folder.Error("f0.conf"), StringComparison.Ordinal);
    }

    private static HoconOptions With(Func<HoconLimits, HoconLimits> change) => new() { Limits = change(new HoconLimits()) };
}
