#pragma warning disable
using System.Buffers;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
namespace RealTimeActors.Protocol.Integrity {
internal static class EventHash { internal const int HashBytes=32; internal static void Commit(ReadOnlySpan<byte> d, ReadOnlySpan<byte> s, Span<byte> c){ System.Security.Cryptography.SHA256.HashData(d,c); } internal static void Compute(ChannelEvent e,string ep,ReadOnlySpan<byte> c,ReadOnlySpan<byte> p,Span<byte> h){ System.Security.Cryptography.SHA256.HashData(c,h); } }
internal static class PayloadDigest { internal const int Bytes=16; internal static void Compute(string type, ReadOnlySpan<byte> data, string? key, Priority p, string? source, string? corr, string? mid, long ttl, Span<byte> d){ System.Security.Cryptography.SHA256.HashData(data).AsSpan(0,16).CopyTo(d); } }
}
namespace RealTimeActors.Protocol.Names { public class ChannelPattern { readonly string p; ChannelPattern(string p){this.p=p;} public static ChannelPattern Parse(string s)=>new(s); public bool Matches(ChannelName n)=> p.EndsWith(">",StringComparison.Ordinal) ? n.Value.StartsWith(p[..^1],StringComparison.Ordinal) : n.Value==p; public static bool IsPattern(string s)=>s.Contains('*',StringComparison.Ordinal)||s.Contains('>',StringComparison.Ordinal); } }
