;;; proof.el --- What a user of Emacs meets, in a copy of the drifted study  -*- lexical-binding: t; -*-

;;; Code:

(load (expand-file-name "cases" (file-name-directory load-file-name)))
(require 'markdown-mode)
(require 'eglot)
(setq eglot-sync-connect 30
      eglot-send-changes-idle-time 0.05
      eglot-confirm-server-initiated-edits nil
      make-backup-files nil
      create-lockfiles nil)

(defvar proof-packaged (equal (getenv "PROOF_OF") "init"))
(defvar proof-study default-directory)
;; Eglot's own way of telling a project is version control; the package has a way of its own beside it.
(unless proof-packaged (call-process "git" nil nil nil "init" "-q"))
(defvar proof-programs (copy-tree eglot-server-programs))

(defun proof-open (path)
  "Visit PATH of the study afresh, as a user would, and wait for the server."
  (let ((path (expand-file-name path proof-study)))
    (when-let ((buffer (find-buffer-visiting path)))
      (with-current-buffer buffer (set-buffer-modified-p nil))
      (kill-buffer buffer))
    (find-file path)
    (run-hooks 'post-command-hook)
    (proof-until (lambda () (and (eglot-current-server) (bound-and-true-p eglot--managed-mode)))
                 (lambda () (format "no server looks after %s" path)))))

(defun proof-codes ()
  "The codes that Flymake shows in this buffer."
  (flymake-start)
  (mapcar (lambda (diagnostic)
            (let ((text (flymake-diagnostic-text diagnostic)))
              (and (string-match "\\[\\([a-z-]+\\)\\]" text) (match-string 1 text))))
          (sort (flymake-diagnostics)
                (lambda (one other) (< (flymake-diagnostic-beg one) (flymake-diagnostic-beg other))))))

(defun proof-become (codes)
  "Wait until Flymake shows these CODES."
  (proof-until (lambda () (equal (proof-codes) codes))
               (lambda () (format "findings stay %S" (mapcar #'flymake-diagnostic-text (flymake-diagnostics))))))

(defun proof-go (text)
  "Put point behind the first TEXT."
  (goto-char (point-min))
  (search-forward text))

(defun proof-write (before after)
  "Replace BEFORE by AFTER, as if typed.  In batch mode nobody is ever idle, so Eglot's timer is rung by hand."
  (proof-go before)
  (replace-match after t t)
  (eglot--signal-textDocument/didChange))

(defun proof-save (&optional _ wanted)
  "Save the buffers in which WANTED holds, as whoever is asked says yes."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (and buffer-file-name (buffer-modified-p) (funcall wanted)) (save-buffer)))))

(proof-case "a spec is looked after, and what is wrong in it is shown where it is"
  (proof-open "specs/compute-fraction.md")
  (proof-become '("missing-script"))
  (let ((found (car (flymake-diagnostics))))
    (proof-same (buffer-substring (flymake-diagnostic-beg found) (flymake-diagnostic-end found))
                "scripts/fraction.py" "the place")))

(proof-case "text that is not saved counts"
  (proof-open "specs/compute-fraction.md")
  (proof-become '("missing-script"))
  (proof-write "Script: `scripts/fraction.py" "Script: `scripts/fractions.py")
  (proof-become '()))

(proof-case "a quick fix is applied"
  (proof-open "specs/compute-fraction.md")
  (proof-become '("missing-script"))
  (proof-go "Script: `scripts/f")
  (cl-letf (((symbol-function 'completing-read) ; as one would pick it from the list
             (lambda (_prompt titles &rest _)
               (seq-find (lambda (title) (string-match-p "fractions" title))
                         (mapcar (lambda (title) (if (consp title) (car title) title)) titles))))
            (last-nonmenu-event ?a))
    (eglot-code-actions (point) (point) nil t))
  (proof-go "Script: `scripts/fractions.py`")
  (eglot--signal-textDocument/didChange)
  (proof-become '()))

(proof-case "from a spec to the script it names"
  (proof-open "specs/compute-fraction.md")
  (proof-go "Inputs: `scripts/mod")
  (call-interactively #'xref-find-definitions)
  (proof-same (file-name-nondirectory buffer-file-name) "model.py" "the file"))

(proof-case "a label is renamed in the paper, and in the spec that names it"
  (proof-open "reports/sections/grokking.tex")
  (proof-go "label{sec:gro")
  (cl-letf (((symbol-function 'y-or-n-p) #'always)) (eglot-rename "sec:when"))
  (proof-go "label{sec:when}")
  (find-file (expand-file-name "specs/report-grokking.md" proof-study))
  (proof-go "section_label: sec:when"))

(proof-case "what a renaming edited and nobody saved is edited right by the next one"
  (proof-open "specs/compute-fraction.md")
  (delete-file (expand-file-name "results/fraction-sweep/sweep.json" proof-study))
  (eglot--signal-textDocument/didSave)
  (dolist (names '(("sweep" . "a-longer-name") ("a-longer-name" . "short")))
    (proof-go (format "Output: `results/fraction-sweep/%s" (car names)))
    (cl-letf (((symbol-function 'y-or-n-p) #'always)
              ((symbol-function 'save-some-buffers) #'proof-save))
      (proof-until ; it is refused until the server has seen that the file is gone
       (lambda () (ignore-errors (eglot-rename (format "results/fraction-sweep/%s.json" (cdr names))) t))
       (lambda () "it is refused")))
    (dolist (path '("Makefile" "specs/compute-fraction.md"))
      (with-current-buffer (find-buffer-visiting (expand-file-name path proof-study))
        (eglot--signal-textDocument/didChange))))
  (find-file (expand-file-name "Makefile" proof-study))
  (proof-go "results/fraction-sweep/short.json: scripts/")
  (when proof-packaged ; the server reads scripts on disk, so the package has one save them before
    (find-file (expand-file-name "scripts/export/fraction_times.py" proof-study))
    (proof-go "\"results/fraction-sweep/short.json\"")))

(proof-case "a path is completed"
  (proof-open "specs/compute-structure.md")
  (proof-go "Script: `")
  (delete-region (point) (line-end-position))
  (insert "scripts/grokk")
  (eglot--signal-textDocument/didChange)
  (call-interactively (if proof-packaged (key-binding (kbd "C-M-i")) #'completion-at-point))
  (proof-go "Script: `scripts/grokking.py"))

(when proof-packaged ; Eglot by itself completes the symbol at point, and writes the words before it twice
  (proof-case "a status of two words is completed, however much of it stands there"
    (proof-open "specs/compute-structure.md")
    (dolist (typed '("" "scr" "script" "script " "script r"))
      (proof-go "Status: ")
      (delete-region (point) (line-end-position))
      (insert typed)
      (eglot--signal-textDocument/didChange)
      (call-interactively (key-binding (kbd "C-M-i")))
      (unless (equal typed "script r")
        (proof-same (buffer-substring (line-beginning-position) (line-end-position)) "Status: script " "the line")
        (insert "r")
        (eglot--signal-textDocument/didChange)
        (call-interactively (key-binding (kbd "C-M-i"))))
      (proof-same (buffer-substring (line-beginning-position) (line-end-position)) "Status: script ready" "the line")))

  (proof-case "what is behind a sign of a setting is completed, and what follows it is replaced"
    (proof-open "specs/compute-structure.md")
    (proof-go "Script: `")
    (delete-region (line-beginning-position) (line-end-position))
    (insert "Resources: `gpu=H20`")
    (backward-char)
    (eglot--signal-textDocument/didChange)
    (call-interactively (key-binding (kbd "C-M-i")))
    (proof-go "Resources: `gpu=H200`\n")))

(proof-case "one server looks after spec and paper"
  (proof-open "specs/compute-fraction.md")
  (let ((server (eglot-current-server)))
    (proof-open "reports/sections/grokking.tex")
    (unless (eq server (eglot-current-server)) (error "There are two"))
    (proof-become '("missing-sectionversion"))))

(when proof-packaged
  (proof-case "the entries of a spec are listed below each other"
    (proof-open "specs/compute-grokking.md")
    (proof-same (mapcar #'car (seq-filter (lambda (one) (string-prefix-p "decay-" (car one))) (imenu--make-index-alist t)))
                '("decay-none" "decay-weak" "decay-medium" "decay-strong") "the list"))

  (defun proof-listed (file listed)
    "Wait until the list of all findings has FILE in it, or no longer, as LISTED says."
    (proof-until (lambda ()
                   (eq listed
                       (and (seq-find (lambda (found) (equal file (file-name-nondirectory (proof-file-of found))))
                                      (flymake--project-diagnostics))
                            t)))
                 (lambda () (format "listed are %S" (mapcar #'proof-file-of (flymake--project-diagnostics))))))

  (defun proof-file-of (found)
    "The file that FOUND is in."
    (let ((place (flymake-diagnostic-buffer found)))
      (if (bufferp place) (buffer-file-name place) place)))

  (proof-case "what is mended leaves the list of all findings, though it was in it before its file was visited"
    (proof-open "reports/sections/grokking.tex")
    (kill-buffer)
    (proof-open "specs/compute-fraction.md")
    (proof-listed "grokking.tex" t)
    (proof-open "reports/sections/grokking.tex")
    (proof-become '("missing-sectionversion"))
    (proof-write "\\label{sec:grokking}" "\\label{sec:grokking}\n\\sectionversion{1}")
    (proof-become '())
    (proof-listed "grokking.tex" nil))

  (proof-case "what is found in a script that is visited is listed as long as it is there"
    (proof-open "specs/compute-fraction.md")
    (let ((script (expand-file-name "scripts/export/structure_table.py" proof-study)))
      (with-current-buffer (find-file-noselect script)
        (goto-char (point-max))
        (insert "Path(\"results/table.json\").write_text(\"{}\")\n")
        (save-buffer))
      (proof-listed "structure_table.py" t)
      (with-current-buffer (find-buffer-visiting script)
        (goto-char (point-max))
        (delete-region (line-beginning-position 0) (point))
        (save-buffer))
      (proof-listed "structure_table.py" nil)))

  (proof-case "elsewhere nothing changes"
    (proof-same (default-value 'eglot-server-programs) proof-programs "the list of servers")
    (let ((file (make-temp-file "notes" nil ".md" "# Notes\n")))
      (find-file file)
      (run-hooks 'post-command-hook)
      (proof-same (eglot-current-server) nil "the server")
      (proof-same (local-variable-p 'eglot-server-programs) nil "a choice of its own")))

  (proof-case "the whole project is listed, and next-error goes through it"
    (proof-open "specs/compute-fraction.md")
    (specthis-eglot-check)
    (with-current-buffer "*specthis*" ; the last lines may come after the end
      (let ((found (lambda () (how-many "error\\[\\|warning\\[" (point-min) (point-max)))))
        (proof-until (lambda () (= (funcall found) 4))
                     (lambda () (buffer-string)))))
    (next-error 1 t)
    (with-current-buffer (window-buffer (selected-window))
      (proof-same (list (file-name-nondirectory buffer-file-name) (line-number-at-pos (window-point)))
                  '("grokking.tex" 2) "the first")))

  (proof-case "the server says how it stands"
    (proof-open "specs/compute-fraction.md")
    (specthis-eglot-debug)
    (with-current-buffer "*specthis debug*"
      (goto-char (point-min))
      (search-forward "Python 3.")
      (search-forward (directory-file-name proof-study)))))

(proof-end)
;;; proof.el ends here
