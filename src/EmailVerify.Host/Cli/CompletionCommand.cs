using System.Collections.Frozen;
using System.CommandLine;

namespace EmailVerify.Host.Cli;

/// <summary>
/// <c>completion</c>: scripts with which a shell completes our command lines. They ask the executable, which knows its commands, and leave to the shell's files what it has no words for.
/// </summary>
internal static class CompletionCommand
{
    // The position is where the cursor is in the line. What is meant by words with a quote or a variable in them only the shell knows: they are passed on as typed.
    private const string Bash =
        """
        # Completes emailverify in bash: source <(emailverify completion bash)
        _emailverify() {
          local word=${COMP_WORDS[COMP_CWORD]} answers
          answers=$("${COMP_WORDS[0]/#\~/$HOME}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
          mapfile -t COMPREPLY < <(compgen -W "$answers" -- "$word")
        }
        complete -o default -F _emailverify emailverify
        """;

    private const string Zsh =
        """
        #compdef emailverify
        # Completes emailverify in zsh: a file _emailverify in a folder of fpath, or source <(emailverify completion zsh) behind compinit
        _emailverify() {
          local line="${(j: :)words[1,CURRENT]}"
          local -a answers
          answers=("${(@f)$("${(e)words[1]/#\~/$HOME}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
          answers=(${answers:#})
          if (( $#answers )); then
            compadd -a answers
          else
            _files
          fi
        }
        if [[ $funcstack[1] == _emailverify ]]; then
          _emailverify "$@"
        else
          compdef _emailverify emailverify
        fi
        """;

    private const string Fish =
        """
        # Completes emailverify in fish: a file emailverify.fish in ~/.config/fish/completions
        function __emailverify_complete
            set -l line (commandline -cp)
            set -l name (commandline -op)[1]
            eval $name "'[suggest:'"(string length -- "$line")"']'" (string escape -- "$line") 2>/dev/null
        end
        complete -c emailverify -a '(__emailverify_complete)'
        """;

    private static readonly FrozenDictionary<string, string> Scripts =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Makes the command.</summary>
    public static Command Make()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.CompletionSources.Add("bash", "zsh", "fish");
        shell.Validators.Add(argument =>
        {
            if (argument.Tokens is [var token] && !Scripts.ContainsKey(token.Value))
                argument.AddError($"There is no script for \"{token.Value}\": SHELL is bash, zsh or fish.");
        });
        var command = new Command("completion", "Print a script with which a shell completes command lines.") { shell };
        command.SetAction(line => line.InvocationConfiguration.Output.WriteLine(Scripts[line.GetRequiredValue(shell)]));
        return command;
    }
}
