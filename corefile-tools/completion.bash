# SPDX-License-Identifier: Apache-2.0
# Completion of py-heap in bash: py-heap itself knows the words, @file, @dir and @pid are for us to fill in.
_py_heap()
{
	local cur=${COMP_WORDS[COMP_CWORD]} candidate
	COMPREPLY=()
	while IFS= read -r candidate; do
		case $candidate in
		@file) compopt -o filenames 2>/dev/null; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$cur") ;;
		@dir) compopt -o filenames 2>/dev/null; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -- "$cur") ;;
		@pid) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "$(pgrep -f python)" -- "$cur") ;;
		*://) compopt -o nospace 2>/dev/null; COMPREPLY+=("$candidate") ;;
		*) COMPREPLY+=("$candidate") ;;
		esac
	done < <("${COMP_WORDS[0]}" --complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _py_heap py-heap
