using System.Globalization;
using RealTimeActors.Hammer.Cluster;
using RealTimeActors.Hammer.History;
using RealTimeActors.Hammer.Running;

// hammer [--seconds N] [--kill] [--history FILE]: four processes against one key; prints the verdict.
// hammer check FILE: the verdict on a history that is there already.
// hammer cluster [--minutes N] [--seed N] …: random faults on a cluster of processes under load; prints the verdict.
// hammer worker …: one of the four.
return args switch
{
    ["worker", var link, var name, var address, var channel, var seconds, var file] =>
        await Worker.RunAsync(link, name, new Uri(address), channel, double.Parse(seconds, CultureInfo.InvariantCulture), file),
    ["check", var file] => Check(file),
    ["cluster", .. var more] => ClusterHammerOptions.TryParse(more, out var cluster, out var unclear) ? await ClusterHammer.RunAsync(cluster) : HammerOptions.Explain(unclear),
    _ => HammerOptions.TryParse(args, out var options, out var error) ? await HammerRun.RunAsync(options) : HammerOptions.Explain(error),
};

static int Check(string file)
{
    try
    {
        return Verdict.Print(HistoryCheck.Judge(HistoryFile.Read(file)), file);
    }
    catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
    {
        return HammerOptions.Explain($"check: a file with a history is expected: {unreadable.Message}");
    }
}
