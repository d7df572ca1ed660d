using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Properties;

public sealed class PropertyTests
{
    private static readonly Config _many = Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(60);

    [Fact]
    public void Any_json_is_hocon_and_gives_itself() => Check.One(_many, Prop.ForAll(AnyJson.Document, json => IsSame(json, Reads.Json(json))));

    [Fact]
    public void What_is_written_is_read_as_the_same() => Check.One(_many, Prop.ForAll(AnyJson.Document, json =>
    {
        var value = HoconDocument.ParseText(json);

        return value.ToJson() == Reads.Json(value.ToJson()) && value.ToJson() == Reads.Json(value.ToJson(indented: true));
    }));

    [Fact]
    public void Any_key_is_found_by_its_written_path() => Check.One(_many, Prop.ForAll(Arb.From(Gen.NonEmptyListOf(AnyJson.Text)), keys =>
    {
        var path = new HoconPath(keys);
        var document = new HoconDocument().SetText(path, "found");

        return HoconPath.Parse(path.ToString()).Equals(path) && document.Resolve().Get(path.ToString()).AsString() == "found";
    }));

    [Fact]
    public void Pieces_in_any_order_are_read_or_refused_with_a_place() => Check.One(_many.WithMaxTest(20_000), Prop.ForAll(AnyJson.Pieces, IsReadOrRefused));

    [Fact]
    public void Any_bytes_are_read_or_refused_with_a_place() => Check.One(_many.WithMaxTest(5_000).WithEndSize(300), Prop.ForAll(AnyJson.Bytes, bytes =>
    {
        using var folder = new Folder();
        foreach (var name in (string[])["a.conf", "a.properties"])
        {
            File.WriteAllBytes(folder.PathOf(name), bytes);
            try
            {
                HoconDocument.ParseFile(folder.PathOf(name));
            }
            catch (HoconException refused) when (refused.Line >= 1)
            {
            }
        }

        return IsReadOrRefused(AnyJson.Latin(bytes));
    }));

    [Fact]
    public void What_was_read_of_any_text_is_json() => Check.One(_many.WithMaxTest(10_000), Prop.ForAll(AnyJson.Pieces, text =>
    {
        try
        {
            var json = Reads.Json(text);
            JsonDocument.Parse(json).Dispose();
            return json == Reads.Json(json);
        }
        catch (HoconException)
        {
            return true;
        }
    }));

    private static bool IsReadOrRefused(string text)
    {
        try
        {
            HoconDocument.ParseText(text);
            return true;
        }
        catch (HoconException refused)
        {
            return refused.Line >= 1 && refused.Column >= 1 && refused.Line <= text.Count(c => c == '\n') + 1;
        }
    }

    private static bool IsSame(string one, string other)
    {
        using var a = JsonDocument.Parse(one);
        using var b = JsonDocument.Parse(other);
        return JsonElement.DeepEquals(a.RootElement, b.RootElement) && JsonNode.Parse(other)!.ToJsonString() == JsonNode.Parse(one)!.ToJsonString();
    }
}
