/**
 * Scripts that ask `tandem complete` what may come next. Where it says nothing, the shell offers files. It is asked by the
 * name that was typed, so that an alias or a path will do.
 */
export const COMPLETION_SCRIPTS = {
  bash: `_tandem() {
  local word
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    COMPREPLY+=("$word")
  done < <("$1" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" "$2" 2>/dev/null)
}
complete -o default -F _tandem tandem
`,
  zsh: `_tandem() {
  local -a found
  local word about
  while IFS=$'\\t' read -r word about; do
    found+=("\${word//:/\\\\:}\${about:+:$about}")
  done < <("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe 'tandem' found; else _files; fi
}
compdef _tandem tandem
`,
  fish: `function __tandem_words
    set -l words (commandline -opc)
    $words[1] complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c tandem -f -n 'count (__tandem_words) >/dev/null' -a '(__tandem_words)'
complete -c tandem -F -n 'not count (__tandem_words) >/dev/null'
`,
} as const
